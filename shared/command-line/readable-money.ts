/** A sum in minor units for people, with as many decimals as its currency has: `12,345.67`, `980`. */
export function readableMoney(minorUnits: number | bigint, currency: string): string {
  const { maximumFractionDigits: decimals = 0 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  // Of the digits, not of a quotient: a large sum keeps its last one.
  const digits = String(minorUnits).padStart(decimals + 1, '0');
  const whole = Number(digits.slice(0, digits.length - decimals)).toLocaleString('en-US');
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
}
