import type { IncomingHttpHeaders } from 'node:http';

import { Webhook, WebhookVerificationError } from 'standardwebhooks';

import { receiverProblems } from './receiver-problems.js';

const signatureHeaders = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/** Says who may deliver: returns the `webhook-id` of a body that is signed, with the id under the signature. */
export type SignatureCheck = (headers: IncomingHttpHeaders, body: Buffer) => string;

/**
 * A check for Standard Webhooks 1.0 signatures (`v1`, HMAC-SHA256) over the raw body, made within five minutes of now. Any of
 * the secrets will do, so that a secret can be replaced while deliveries go on.
 *
 * The check throws Problem 401 when a header is missing, the time is too far off, or no signature fits any secret.
 */
export function createSignatureCheck(secrets: readonly string[]): SignatureCheck {
  if (secrets.length === 0) throw new TypeError('a receiver needs at least one secret');
  const webhooks = secrets.map((secret) => new Webhook(secret));
  return (headers, body) => {
    const given = requireHeaders(headers);
    const faults = webhooks.map((webhook) => verify(webhook, given, body));
    const fault = faults.includes(undefined) ? undefined : faults[0];
    if (fault === undefined) return given['webhook-id'];
    throw receiverProblems.badSignature(
      `${fault}. Sign the raw body by Standard Webhooks with the secret of this service, anew for each attempt: ` +
        'the time must be within five minutes of now.',
    );
  };
}

function requireHeaders(headers: IncomingHttpHeaders): Record<(typeof signatureHeaders)[number], string> {
  const missing = signatureHeaders.filter((name) => !headers[name]);
  if (missing.length > 0) throw receiverProblems.badSignature(`The delivery has no ${missing.join(', no ')}.`);
  const value = (name: string) => String(headers[name]);
  return {
    'webhook-id': value('webhook-id'),
    'webhook-timestamp': value('webhook-timestamp'),
    'webhook-signature': value('webhook-signature'),
  };
}

/** What is wrong with the signature, if anything. */
function verify(webhook: Webhook, headers: Record<string, string>, body: Buffer): string | undefined {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}
