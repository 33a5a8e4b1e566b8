import type { Latencies } from './latencies.js';
import type { OutageWatch } from './outage-watch.js';
import type { OwedWatch } from './owed-watch.js';
import { pause } from './pause.js';
import { progressLine } from './progress-line.js';
import type { Tally } from './tally.js';
import type { Clock } from './types.js';

const lookEveryMs = 1_000;

export interface ProgressWatchOptions {
  readonly clock: Clock;
  readonly tally: Tally;
  readonly firstTry: Latencies;
  readonly owed: OwedWatch;
  readonly outages: OutageWatch;
  readonly show: (line: string) => void;
  /** A whole number of seconds; rate and percentiles are those of this time. */
  readonly showEveryMs: number;
}

/** Looks every second whether there is something to tell, and shows how it goes. */
export class ProgressWatch {
  readonly #options: ProgressWatchOptions;
  readonly #startedAt: number;
  #shown: { readonly at: number; readonly acknowledged: number };

  constructor(options: ProgressWatchOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#shown = { at: this.#startedAt, acknowledged: 0 };
  }

  /** Returns when the signal is aborted. */
  async run(ended: AbortSignal): Promise<void> {
    const { clock, outages, showEveryMs } = this.#options;
    for (let look = 1; ; look += 1) {
      await pause(clock, this.#startedAt + look * lookEveryMs - clock.now(), ended);
      if (ended.aborted) return;
      outages.look();
      if ((look * lookEveryMs) % showEveryMs === 0) this.#show(look * lookEveryMs);
    }
  }

  #show(elapsedMs: number): void {
    const { clock, tally, firstTry, owed, outages, show } = this.#options;
    const [now, { acknowledged, failedTries, wrong }] = [clock.now(), tally];
    const perSecond = ((acknowledged - this.#shown.acknowledged) * 1000) / (now - this.#shown.at);
    this.#shown = { at: now, acknowledged };
    show(
      progressLine({
        ...{ elapsedMs, perSecond, latency: firstTry.takeLately() },
        ...{ acknowledged, failedTries, wrong: wrong.count, owed: outages.isDown ? 'down' : owed.owed },
      }),
    );
  }
}
