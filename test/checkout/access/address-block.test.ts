import { describe, expect, it } from '@jest/globals';

import { addressBlock } from '../../../services/checkout/access/address-block.js';

describe('an address as a caller', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('%s counts as %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });

  it('is one with all that begin like it: whoever has one IPv6 address has 2^64 of them, and so as many quotas', () => {
    const blocks = new Set(['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'].map(addressBlock));
    expect(blocks.size).toBe(1);
    expect(addressBlock('2001:db8:1:3::1')).not.toBe(addressBlock('2001:db8:1:2::1'));
  });

  it.each(['', 'unknown', '192.0.2.1:4711', '[2001:db8::1]', '192.0.2', 'example.org', '_hidden'])(
    'is not %p',
    (text) => {
      expect(addressBlock(text)).toBeUndefined();
    },
  );
});
