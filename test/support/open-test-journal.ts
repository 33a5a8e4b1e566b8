import type { MessagePort } from 'node:worker_threads';

import {
  LocalDeliveryJournal,
  openLocalJournal,
  type Journal,
  type LocalJournalOptions,
} from '../../shared/journal/index.js';

export interface TestJournal {
  readonly journal: Journal;
  readonly delivery: LocalDeliveryJournal;
  /** Closes both halves, the delivering one first. */
  readonly close: () => Promise<void>;
}

export type TestJournalOptions = Partial<Omit<LocalJournalOptions, 'directory' | 'startDelivery'>>;

/** The local engine with both of its halves in this thread. */
export async function openTestJournal(directory: string, options: TestJournalOptions = {}): Promise<TestJournal> {
  const destinations = options.destinations ?? ['warehouse', 'finance'];
  let opened: Promise<LocalDeliveryJournal | undefined> = Promise.resolve(undefined);
  const startDelivery = (port: MessagePort) => {
    opened = LocalDeliveryJournal.open({ port, directory, destinations });
    // What goes wrong in it is told to the other half, which throws it.
    opened.catch(() => undefined);
  };
  const journal = await openLocalJournal({ ...options, directory, destinations, startDelivery });
  const delivery = await opened;
  if (!delivery) throw new Error('the delivering half was not started');
  return {
    journal,
    delivery,
    close: async () => {
      await delivery.close();
      await journal.close();
    },
  };
}
