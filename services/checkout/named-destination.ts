import { problems } from '../../shared/http/index.js';
import type { Journal } from '../../shared/journal/index.js';

/** Checks the name of a destination that a person gave. */
export interface NamedDestination {
  /** One that is delivered to, so that something can be decided there. @throws Problem 404, which says what it is instead */
  served(name: string): Promise<string>;
  /** One that purchases are owed to, so that there is something to see, also while it is missing in DESTINATIONS. @throws as above */
  owed(name: string): Promise<string>;
}

/** @param configured names in DESTINATIONS */
export function namedDestination(
  journal: Pick<Journal, 'owedTo' | 'progress'>,
  configured: readonly string[],
): NamedDestination {
  const refuse = async (name: string): Promise<never> => {
    const onRecord = new Map(Object.entries((await journal.progress()).destinations)).get(name);
    if (!onRecord) throw problems.notFound(`There is no such destination; there are ${configured.join(', ')}.`);
    throw problems.notFound(
      onRecord.owed
        ? `${name} is on record but missing in DESTINATIONS: nobody delivers to it, and nothing can be decided there.`
        : `${name} was removed: it is owed nothing. What became of deliveries to it is at GET /deliveries?destination=${name}.`,
    );
  };
  return {
    served: async (name) => (configured.includes(name) ? name : refuse(name)),
    owed: async (name) => (journal.owedTo.includes(name) ? name : refuse(name)),
  };
}
