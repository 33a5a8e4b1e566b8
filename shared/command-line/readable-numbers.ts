const units = ['kB', 'MB', 'GB', 'TB'];

/** A number of bytes for people: `412 bytes`, `21.2 kB`, `64 MB`; units are powers of 1000. */
export function readableBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} bytes`;
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** A whole number with commas: `1,234,567`. */
export function readableCount(count: number): string {
  return count.toLocaleString('en-US');
}
