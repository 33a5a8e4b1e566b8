import { describe, expect, it } from '@jest/globals';

import { isKeyFree, keyText } from '../../shared/journal/idempotency-keys.js';
import type { EpochMs } from '../../shared/journal/types.js';
import { keyedPurchase, samplePurchase } from '../support/sample-purchase.js';

const noon = Date.UTC(2030, 0, 1, 12);
const time = (ms: number) => ms as EpochMs;

describe('the text of an idempotency key', () => {
  it('is the key alone where nobody is known to have sent it, as older builds stored it', () => {
    expect(keyText({ key: 'a b "c"' })).toBe('a b "c"');
  });

  it('differs for any two that differ: one caller would get the purchase of another', () => {
    const all = [{ key: 'ab' }, { key: 'b' }, { key: 'b', caller: 'a' }, { key: 'ab', caller: 'a' }];
    const more = [{ key: 'b', caller: 'a-b' }, { key: 'a' }, { key: 'a', caller: 'b' }];
    expect(new Set([...all, ...more].map(keyText)).size).toBe(7);
  });

  it.each([{ key: 'a\nb' }, { key: 'b', caller: 'x\na' }])('is refused for %j, which could pass for another', (key) => {
    expect(() => keyText(key)).toThrow('more than one line');
  });
});

describe('an idempotency key', () => {
  const holder = keyedPurchase(1, { key: 'click', acceptedAt: noon - 1000, expiresAt: noon });

  it('is taken to the last millisecond, and free from then on: the published time is what a client relies on', () => {
    expect(isKeyFree(holder, time(noon - 1))).toBe(false);
    expect(isKeyFree(holder, time(noon))).toBe(true);
    expect(isKeyFree(holder, time(noon + 1))).toBe(true);
  });

  it('is never free where its record has no expiry: older builds promised to keep it', () => {
    expect(isKeyFree(samplePurchase(1, 'click'), time(Number.MAX_SAFE_INTEGER))).toBe(false);
  });

  it('is not free because of an expiry that cannot be read', () => {
    const { idempotency, ...rest } = holder;
    const broken = { ...rest, idempotency: { ...idempotency!, expiresAt: 'soon' } };
    expect(isKeyFree(broken, time(noon))).toBe(false);
  });
});
