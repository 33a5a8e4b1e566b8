import { createHmac, createSecretKey } from 'node:crypto';

const PREFIX = 'whsec_';

/** Signs one message: its id, the seconds of this attempt, and the bytes of the body. Returns the header's value. */
export type SignWebhook = (id: string, timestampSeconds: number, body: Buffer) => string;

/**
 * Signatures after Standard Webhooks 1.0.0 (O10): `v1,` and the HMAC-SHA256 over `id.timestamp.body` in base64, one for each
 * secret, separated by spaces, so that receivers can be moved from one secret to the next without a gap.
 *
 * @param secrets `whsec_` and base64, newest first; at least one
 * @throws if a secret is not of that form: an unsigned purchase must not leave
 */
export function createSigner(secrets: readonly string[]): SignWebhook {
  if (secrets.length === 0) throw new Error('a destination needs at least one webhook secret');
  const keys = secrets.map((secret) => createSecretKey(decodeSecret(secret)));
  return (id, timestampSeconds, body) => {
    const head = `${id}.${timestampSeconds}.`;
    return keys.map((key) => `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`).join(' ');
  };
}

function decodeSecret(secret: string): Buffer {
  const encoded = secret.slice(PREFIX.length);
  // Buffer.from skips what is not base64, and would make a weak key of a mistyped one.
  if (!secret.startsWith(PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    throw new Error('a webhook secret must be whsec_ followed by base64');
  }
  return Buffer.from(encoded, 'base64');
}
