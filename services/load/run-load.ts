import { createRandom } from '../../shared/customers/index.js';
import { AcknowledgedFile } from './acknowledged-file.js';
import { CheckoutClient } from './checkout-client.js';
import { runClosedLoop } from './closed-loop.js';
import { Ending } from './ending.js';
import { Latencies } from './latencies.js';
import type { LoadReport } from './load-report.js';
import { runOpenLoop, type Lateness } from './open-loop.js';
import { OutageWatch } from './outage-watch.js';
import { OwedWatch } from './owed-watch.js';
import type { LoadCommand } from './parse-command.js';
import { ProgressWatch } from './progress-watch.js';
import { Sales } from './sales.js';
import { Tally } from './tally.js';
import type { Clock } from './types.js';
import { untilItSells } from './until-it-sells.js';

export interface LoadSurroundings {
  readonly clock: Clock;
  /** For lines that stay. */
  readonly say: (line: string) => void;
  /** For the line that is drawn again and again. */
  readonly show: (line: string) => void;
  readonly showEveryMs: number;
  /** Aborted by Ctrl-C: no more are begun. */
  readonly interrupted: AbortSignal;
}

/**
 * Buys until the end that was asked for, or Ctrl-C, and then waits for the answers to what is under way.
 *
 * @throws CannotLoadError
 */
export async function runLoad(command: LoadCommand, surroundings: LoadSurroundings): Promise<LoadReport> {
  const client = new CheckoutClient(command.url, command.apiKey);
  try {
    await untilItSells(client, command.url, { clock: surroundings.clock, stopped: surroundings.interrupted });
    const { acknowledged } = command;
    const file = acknowledged && AcknowledgedFile.open(acknowledged.path, acknowledged.append);
    try {
      return await buy(command, surroundings, client, file);
    } finally {
      file?.close();
    }
  } finally {
    await client.close();
  }
}

async function buy(
  command: LoadCommand,
  { clock, say, show, showEveryMs, interrupted }: LoadSurroundings,
  client: CheckoutClient,
  file: AcknowledgedFile | undefined,
): Promise<LoadReport> {
  const tally = new Tally();
  const latencies = { firstTry: new Latencies(), laterTry: new Latencies() };
  const outages = new OutageWatch(clock, say);
  const owed = new OwedWatch(client, clock);
  const ending = new Ending(clock, interrupted);
  const sales = new Sales({
    ...{ clock, post: client.post, random: Math.random, givenUp: ending.givenUp },
    ...{ orders: createRandom(command.seed), repeatShare: command.repeatShare },
    ...{ tally, latencies, outages, file },
    onWrong: (fault) => {
      say(`WRONG: ${fault}`);
    },
  });
  const sell = (dueAt: number) => sales.sell(dueAt).catch(ending.fail);
  const watched = new AbortController();
  const progress = new ProgressWatch({ clock, tally, firstTry: latencies.firstTry, owed, outages, show, showEveryMs });
  const watching = [owed.run(watched.signal), progress.run(watched.signal)];

  const startedAt = clock.now();
  const common = { clock, sell, stopped: ending.stopped, purchasesMax: command.purchasesMax ?? Infinity };
  ending.after(command.durationMs);
  let pace: Lateness | null = null;
  try {
    if (command.pace.kind === 'open') pace = await runOpenLoop({ ...common, ...command.pace });
    else await runClosedLoop({ ...common, ...command.pace });
  } finally {
    ending.over();
    watched.abort();
    await Promise.all(watching);
  }
  ending.throwIfFailed();
  const seconds = (clock.now() - startedAt) / 1000;
  return {
    url: command.url,
    ended: interrupted.aborted ? 'interrupted' : tally.begun === command.purchasesMax ? 'purchases' : 'duration',
    seconds,
    begun: tally.begun,
    acknowledged: tally.acknowledged,
    perSecond: seconds > 0 ? tally.acknowledged / seconds : 0,
    latencyMs: { firstTry: latencies.firstTry.all, laterTry: latencies.laterTry.all },
    writtenBefore: tally.writtenBefore,
    triedAgain: tally.failuresByKind,
    sentTwice: { ...tally.repeats },
    wrong: { count: tally.wrong.count, first: tally.wrong.first },
    unknown: { count: tally.unknown.count, firstKeys: tally.unknown.first },
    pace,
    seed: command.seed,
    acknowledgedFile: file?.path ?? null,
  };
}
