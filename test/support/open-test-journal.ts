import type { MessagePort } from 'node:worker_threads';

import {
  LocalDeliveryJournal,
  openLocalJournal,
  type Journal,
  type LocalJournalOptions,
  type ServedDestination,
} from '../../shared/journal/index.js';

export interface TestJournal {
  readonly journal: Journal;
  readonly delivery: LocalDeliveryJournal;
  /** Closes both halves, the delivering one first. */
  readonly close: () => Promise<void>;
}

export interface TestJournalOptions extends Partial<Omit<LocalJournalOptions, 'directory' | 'startDelivery'>> {
  /** By default warehouse and finance. */
  readonly destinations?: readonly (string | ServedDestination)[];
  readonly removed?: readonly string[];
}

/** The local engine with both of its halves in this thread. */
export async function openTestJournal(directory: string, given: TestJournalOptions = {}): Promise<TestJournal> {
  const { destinations: names = ['warehouse', 'finance'], removed = [], ...options } = given;
  const served = names.map((destination) => (typeof destination === 'string' ? { name: destination } : destination));
  let opened: Promise<LocalDeliveryJournal | undefined> = Promise.resolve(undefined);
  const startDelivery = (port: MessagePort) => {
    const { clock } = options;
    opened = LocalDeliveryJournal.open({ port, directory, destinations: { served, removed }, ...(clock && { clock }) });
    // What goes wrong in it is told to the other half, which throws it.
    opened.catch(() => undefined);
  };
  const journal = await openLocalJournal({ ...options, directory, startDelivery });
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
