import type { Destinations } from './posts.js';

/** What a script of this folder is started with, as JSON in its first argument. */
export interface AppTask {
  readonly peer: string;
  readonly address: string;
  readonly port: number;
}

export interface WorkerTask {
  readonly peer: string;
  readonly address: string;
  readonly destinations: Destinations;
  /** Purchases in one request. */
  readonly together: number;
}

/** What it is told. */
export type Order = 'start' | 'stop';

/** What it tells: that it can begin, and at the end, how many deliveries its peer does not have marked as done. */
export interface Told {
  readonly ready?: true;
  readonly remaining?: number;
}
