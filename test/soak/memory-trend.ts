/** Memory in use after so many purchases. */
export interface MemorySample {
  readonly purchases: number;
  readonly liveBytes: number;
}

/**
 * What memory in use may grow by from the first sample that counts to the last, however many purchases are between them. What
 * grows and is no leak: code that is compiled late, places that are filled once, connections that are open at one sample and
 * not at another. That came to 0.3 to 0.7 MiB, in a minute with 5,600 purchases and in ten minutes with 48,800.
 */
export const growthBytesMax = 1.5 * 2 ** 20;

/** With fewer purchases between the first and the last sample, a leak of a kilobyte for each would not stand out. */
export const purchasesMin = 2 * 1024;

export function isEnough(samples: readonly MemorySample[]): boolean {
  return memoryTrend(samples).purchases >= purchasesMin;
}

/** In a new process the first thousand purchases warm it up: the sample after them does not count. */
export const warmUpSamples = 1;

export interface MemoryTrend {
  /** Between the first sample that counts and the last. */
  readonly purchases: number;
  /** How memory in use goes with the purchases. */
  readonly bytesPerPurchase: number;
  /** What that comes to over all of them. */
  readonly growthBytes: number;
}

/**
 * The line through the samples has the median of the slopes between all pairs of them (Theil and Sen), which one or two
 * samples that are off do not move.
 */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend {
  const counting = samples.slice(warmUpSamples);
  const purchases = (counting.at(-1)?.purchases ?? 0) - (counting[0]?.purchases ?? 0);
  const bytesPerPurchase = median(slopes(counting));
  return { purchases, bytesPerPurchase, growthBytes: bytesPerPurchase * purchases };
}

function slopes(samples: readonly MemorySample[]): number[] {
  return samples.flatMap((one, index) =>
    samples.slice(index + 1).map((other) => (other.liveBytes - one.liveBytes) / (other.purchases - one.purchases)),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const above = sorted[Math.floor(sorted.length / 2)];
  const below = sorted[Math.ceil(sorted.length / 2) - 1];
  if (above === undefined || below === undefined) throw new RangeError('there is no median of nothing');
  return (below + above) / 2;
}
