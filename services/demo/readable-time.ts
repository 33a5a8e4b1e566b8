/** `0.71 s`. */
export function readableSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
