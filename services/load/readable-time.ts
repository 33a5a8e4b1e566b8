/** A duration for people, in at most six characters: `2.1 ms`, `123 ms`, `1.4 s`, `12 s`, `3 m`, `5 h`, `2 d`. */
export function readableMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  return readableSeconds(Math.round(ms / 1000) * 1000);
}

/** The same for time that passes, in at most four characters: whole units, below a hundred of each. */
export function readableSeconds(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6_000) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 360_000) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
