import { isIPv4, isIPv6 } from 'node:net';

/**
 * What an address counts as one caller by: an IPv4 address itself, of an IPv6 address the first 64 bits, since whoever has one has
 * all that begin so (RFC 4291, 2.5.1). Undefined for what is no address.
 */
export function addressBlock(address: string): string | undefined {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  // As a URL has it: in lower case, in one spelling, without a zone, and an IPv4 address in it as two groups.
  const host = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = host.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = [...groups, ...Array<string>(8 - groups.length - after.length).fill('0'), ...after];
  return isMappedIPv4(all) ? ipv4Of(all) : `${all.slice(0, 4).join(':')}::/64`;
}

/** `::ffff:192.0.2.1`: how a socket that takes both writes an IPv4 address. */
function isMappedIPv4(groups: readonly string[]): boolean {
  return groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
}

function ipv4Of(groups: readonly string[]): string {
  const bytes = groups.slice(6).flatMap((group) => {
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
  return bytes.join('.');
}
