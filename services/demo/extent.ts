/** How much is shown. */
export interface Extent {
  /** Sold, or owed, before a step goes on. */
  readonly purchases: number;
  /** What a person has to read what was said. */
  readonly readingMs: number;
  /** How long a killed service stays down, so that one sees it. */
  readonly downMs: number;
  /** What the warehouse asks for when it is busy. */
  readonly retryAfterSeconds: number;
  /** How often the live line is printed where there is no terminal. */
  readonly plainLineMs: number;
}

export const inFull: Extent = {
  ...{ purchases: 250, readingMs: 3_500, downMs: 1_500 },
  ...{ retryAfterSeconds: 2, plainLineMs: 3_000 },
};

export const inShort: Extent = {
  ...{ purchases: 40, readingMs: 0, downMs: 0 },
  ...{ retryAfterSeconds: 1, plainLineMs: 2_000 },
};
