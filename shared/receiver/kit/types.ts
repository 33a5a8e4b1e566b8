/** The least that an event says: which one it is. */
export interface IdentifiedEvent {
  readonly data: {
    /** The same whenever the event is sent; the `webhook-id` of an event that comes alone. */
    readonly id: string;
    /** Those of a checkout have one. Only logged. */
    readonly sequence?: number;
  };
}

/** An event of which nothing but the id has been looked at. */
export interface UncheckedEvent extends IdentifiedEvent {
  readonly type?: unknown;
  readonly data: IdentifiedEvent['data'] & Readonly<Record<string, unknown>>;
}

/**
 * What a receiver does with an event: reserve stock, post to a ledger. Called once for each event, inside the transaction that
 * also marks the event as received, so both are kept or neither is.
 *
 * It must be synchronous and change nothing but that database: on a full disk the transaction is taken back and run again.
 * When it throws, nothing of this event is kept and the sender is asked to try again later.
 */
export type Apply<Event> = (event: Event) => void;

/**
 * The event in what was sent. When it throws, the event is refused for good, with the error's message, or as the problem that it
 * is: a sender parks it for a person to decide.
 */
export type ParseEvent<Event> = (given: unknown) => Event;

/** The ids that were received. Called inside the transaction of the event. */
export interface InboxRecords<Event> {
  /** The fingerprint under which an id was received, if it was. */
  findFingerprint(id: string): Buffer | undefined;
  /** Enters an event whose id is not on record yet. `now` in milliseconds since the epoch. */
  insert(event: Event, fingerprint: Buffer, now: number): void;
}

/**
 * What came of one event. `conflict`: its id is on record with other content; the event changed nothing, and never will.
 * Whichever it is, it is durable.
 */
export interface ReceiveOutcome {
  readonly status: 'applied' | 'duplicate' | 'conflict';
}

/** Takes events, each once. May be called many times at once; those calls share a sync. */
export interface Inbox<Event> {
  /**
   * Resolves once the outcome is durable. Equal ids are handled one after the other.
   *
   * @throws whatever the effect threw, or what the database failed with: then nothing of this event is kept
   */
  receive(event: Event): Promise<ReceiveOutcome>;
}

/** What is answered for one event of a batch. `id` is null if the event has none that is a string. */
export type EventResult =
  | { readonly id: string; readonly status: 'applied' | 'duplicate' }
  /** `rejected`: sending it again is of no use. `retry`: nothing was kept, try again later. */
  | { readonly id: string | null; readonly status: 'rejected' | 'retry'; readonly detail: string };

/** The body of a 200. */
export type DeliveryAnswer =
  { readonly status: 'applied' | 'duplicate' } | { readonly results: readonly EventResult[] };

/** Hears of each event's result, and of each request that was not signed as it must be: for metrics. */
export type ObserveResult = (result: EventResult['status'] | 'unauthenticated') => void;

/** Which secret a delivery was signed with: the first, or, without that, one of those behind it. */
export type SignedBy = 'current' | 'previous';

/** Hears of each delivery that was signed as it must be: tells when nobody uses the previous secret any more. */
export type ObserveSignature = (secret: SignedBy) => void;

/** What a receiver has to tell a person. Never given customer data or secrets. */
export interface ReceiverLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
