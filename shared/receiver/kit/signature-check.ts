import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { Problem } from '../../http/index.js';

import { deliveryProblems } from './delivery-problems.js';
import { deliveryLimits } from './limits.js';
import type { SignedBy } from './types.js';

const signatureHeaders = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const secretBytesMin = 24;
const secretBytesMax = 64;

/** A delivery that was signed as it must be. */
export interface Signed {
  /** The `webhook-id`, which is under the signature. */
  readonly webhookId: string;
  readonly by: SignedBy;
}

/** Says who may deliver. */
export type SignatureCheck = (headers: IncomingHttpHeaders, body: Buffer) => Signed;

export interface SignatureCheckOptions {
  /** How far the time of a delivery may be from now, either way; 300 if absent. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch; `Date.now` if absent. */
  readonly now?: () => number;
}

/**
 * A check for Standard Webhooks 1.0.0 signatures: `v1`, HMAC-SHA256 over `id.timestamp.body`, the body's bytes as they came. Any
 * of the secrets will do, and any of the signatures, so that a secret can be replaced on
 * either side while deliveries go on.
 *
 * The check throws Problem 401 when a header is missing, the time is too far off, or no signature fits any secret. Signatures
 * are compared in constant time.
 *
 * @param secrets `whsec_` and the base64 of 24 to 64 bytes, newest first; at least one
 * @throws TypeError if a secret is not of that form
 */
export function createSignatureCheck(secrets: readonly string[], options: SignatureCheckOptions = {}): SignatureCheck {
  const { toleranceSeconds = deliveryLimits.toleranceSeconds, now = Date.now } = options;
  if (secrets.length === 0) throw new TypeError('a receiver needs at least one secret');
  const keys = secrets.map(secretKey);
  return (headers, body) => {
    const { id, timestamp, signatures } = requireHeaders(headers);
    requireNow(timestamp, Math.floor(now() / 1000), toleranceSeconds);
    const fits = keys.findIndex((key) => isSignedWith(key, { head: `${id}.${timestamp}.`, body, signatures }));
    if (fits < 0) throw refusal('No signature fits.', toleranceSeconds);
    return { webhookId: id, by: fits === 0 ? 'current' : 'previous' };
  };
}

/** Strict: what decodes to something else than was meant would be a key that nobody has, or that anybody can guess. */
function secretKey(secret: string): KeyObject {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (bytes.length < secretBytesMin || bytes.length > secretBytesMax) {
    throw new TypeError(
      `a webhook secret must be whsec_ and the base64 of ${secretBytesMin} to ${secretBytesMax} random bytes`,
    );
  }
  return createSecretKey(bytes);
}

function requireHeaders(headers: IncomingHttpHeaders): { id: string; timestamp: string; signatures: string[] } {
  const missing = signatureHeaders.filter((name) => !headers[name]);
  if (missing.length > 0) throw deliveryProblems.badSignature(`The delivery has no ${missing.join(', no ')}.`);
  const [id = '', timestamp = '', list = ''] = signatureHeaders.map((name) => String(headers[name]));
  const signatures = list.split(' ').filter((each) => each.startsWith('v1,'));
  return { id, timestamp, signatures: signatures.map((each) => each.slice('v1,'.length)) };
}

function requireNow(timestamp: string, nowSeconds: number, toleranceSeconds: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw refusal('The webhook-timestamp is no number of seconds.', toleranceSeconds);
  const ahead = Number(timestamp) - nowSeconds;
  if (ahead < -toleranceSeconds) throw refusal('The webhook-timestamp is too old.', toleranceSeconds);
  if (ahead > toleranceSeconds) throw refusal('The webhook-timestamp is too new.', toleranceSeconds);
}

interface SignedContent {
  readonly head: string;
  readonly body: Buffer;
  readonly signatures: readonly string[];
}

function isSignedWith(key: KeyObject, { head, body, signatures }: SignedContent): boolean {
  const expected = Buffer.from(createHmac('sha256', key).update(head).update(body).digest('base64'));
  return signatures.some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function refusal(fault: string, toleranceSeconds: number): Problem {
  return deliveryProblems.badSignature(
    `${fault} Sign the raw body by Standard Webhooks with the secret of this service, anew for each attempt: ` +
      `the time must be within ${toleranceSeconds} seconds of now.`,
  );
}
