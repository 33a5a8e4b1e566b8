const bytesInMebibyte = 2 ** 20;

export function count(value: number): string {
  return value.toLocaleString('en');
}

export function mebibytes(bytes: number): string {
  return `${(bytes / bytesInMebibyte).toFixed(1)} MiB`;
}
