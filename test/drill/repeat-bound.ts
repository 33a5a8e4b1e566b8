import { type ReceiverName, receivers } from '../../shared/shop-client/service-names.js';
import { losesAnswers } from './drill-weather.js';
import { heldMax } from './drill-shop.js';
import type { Repeats } from './repeat-meter.js';
import type { Round } from './types.js';

/**
 * What a receiver may be sent again because of a round, at most. Each death of the checkout, and each of the receiver itself,
 * leaves open at most what the lane held (O5); a death of the other receiver leaves nothing open here. Undefined: its own
 * weather makes for repeats as well, so there is no telling.
 */
export function repeatsMax({ falls, weather }: Round, receiver: ReceiverName): number | undefined {
  if (losesAnswers(weather[receiver])) return undefined;
  const deaths = falls
    .filter(({ service }) => service === receiver || service === 'checkout')
    .reduce((sum, { blows }) => sum + blows.length, 0);
  return deaths * heldMax;
}

/** Holds what was repeated in rounds against what may have been. */
export class RepeatJudge {
  /** How often a receiver was judged after deaths that concern it, and after such as do not: those may repeat nothing. */
  readonly judged = { concerned: 0, unconcerned: 0 };
  readonly faults: { concerned: string[]; unconcerned: string[] } = { concerned: [], unconcerned: [] };

  judge(number: number, round: Round, repeats: Repeats): void {
    for (const receiver of receivers) {
      const max = repeatsMax(round, receiver);
      if (max === undefined) continue;
      const kind = max === 0 ? 'unconcerned' : 'concerned';
      this.judged[kind] += 1;
      if (repeats[receiver] <= max) continue;
      const what = round.falls.map(({ service, blows }) => `${blows.length} of ${service}`).join(', ');
      this.faults[kind].push(
        `round ${number}: ${repeats[receiver]} repeats at ${receiver} after ${what}; at most ${max} can be`,
      );
    }
  }
}
