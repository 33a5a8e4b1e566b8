/** Some values, by rank: `p90` is the smallest one that at least 90 in a hundred do not exceed. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Undefined of no values. */
export function distributionOf(values: readonly number[]): Distribution | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [min] = sorted;
  if (min === undefined) return undefined;
  const rank = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? min;
  return { count: sorted.length, min, p50: rank(50), p90: rank(90), p99: rank(99), max: rank(100) };
}
