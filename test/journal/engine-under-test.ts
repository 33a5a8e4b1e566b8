import type {
  ConfiguredDestinations,
  DeliveryJournal,
  DeliveryQuery,
  DestinationStatus,
  Journal,
  Outcome,
  Sequence,
  ServedDestination,
} from '../../shared/journal/types.js';

/** Both halves of an engine. */
export interface OpenEngine {
  readonly journal: Journal;
  readonly delivery: DeliveryJournal;
  /** Stops both halves in order; afterwards the same place can be opened again. May be called twice. */
  readonly close: () => Promise<void>;
}

/** A place where purchases are kept. */
export interface EnginePlace {
  open(configured: ConfiguredDestinations): Promise<OpenEngine>;
  /** While it is closed: removes what the engine makes anew from its log when it is opened. For an engine without such: left out. */
  loseDerived?(): void;
  /** While it is open: has the engine do what it does in the background as time passes. */
  keepHouse?(): Promise<void>;
  remove(): Promise<void>;
}

export const bothDestinations = ['warehouse', 'finance'];

export const sequence = (number: number) => number as Sequence;

export const everyDelivery: DeliveryQuery = {
  state: undefined,
  destination: undefined,
  after: sequence(0),
  limit: 1000,
};

function servedBy(
  destinations: readonly (string | ServedDestination)[],
  removed: readonly string[] = [],
): ConfiguredDestinations {
  return { served: destinations.map((each) => (typeof each === 'string' ? { name: each } : each)), removed };
}

/** The engine that a test is about, in a place of its own; a test may stop it and start it again. */
export class EngineUnderTest {
  #place: EnginePlace | undefined;
  #open: OpenEngine | undefined;

  async start(place: EnginePlace): Promise<void> {
    this.#place = place;
    this.#open = await place.open(servedBy(bothDestinations));
  }

  async end(): Promise<void> {
    await this.#open?.close();
    await this.#place?.remove();
  }

  get journal(): Journal {
    return this.#engine.journal;
  }

  get delivery(): DeliveryJournal {
    return this.#engine.delivery;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async reopen(
    served: readonly (string | ServedDestination)[] = bothDestinations,
    removed: readonly string[] = [],
  ): Promise<void> {
    await this.close();
    this.#open = await this.#place?.open(servedBy(served, removed));
  }

  /** Stops it, takes away what it can make anew, and starts it again; false: there is no such thing. */
  async loseDerived(): Promise<boolean> {
    if (!this.#place?.loseDerived) return false;
    await this.close();
    this.#place.loseDerived();
    await this.reopen();
    return true;
  }

  async keepHouse(): Promise<void> {
    await this.#place?.keepHouse?.();
  }

  async statusOf(destination: string): Promise<DestinationStatus | undefined> {
    return (await this.journal.progress()).destinations[destination];
  }

  async mark(): Promise<number> {
    return (await this.journal.progress()).log.lowWaterMark;
  }

  async settleEverywhere(...outcomes: Outcome[]): Promise<void> {
    for (const destination of bothDestinations) await this.delivery.settle(destination, outcomes);
  }

  get #engine(): OpenEngine {
    if (!this.#open) throw new Error('no engine has been started');
    return this.#open;
  }
}
