/*
 * What the two halves of the local engine say to each other over a MessagePort: the half that appends (API thread) and the half
 * that projects, settles and prunes (worker). Both ends may also live in one thread.
 */
import type { MessagePort } from 'node:worker_threads';

import type { DestinationChange } from '../types.js';
import type { LogExpectation, LogIdentity, Sequence } from '../../wal/index.js';

/** From the delivering half. */
export type FromDelivery =
  /** First of all: what the database knows of the log. */
  | { readonly type: 'opened'; readonly expectation: LogExpectation }
  /** The log is adopted; see `JournalRecovery`. */
  | {
      readonly type: 'started';
      readonly lowWaterMark: Sequence;
      readonly unknownBefore: number;
      readonly outcomesForgotten: number;
      readonly destinations: readonly DestinationChange[];
    }
  /** Committed to the database up to here, so that a reader finds them there. */
  | { readonly type: 'projected'; readonly sequence: Sequence }
  /** The log now begins with this segment. */
  | { readonly type: 'pruned'; readonly firstSequence: Sequence }
  /** The database waits for space on the disk, or waits no more. */
  | { readonly type: 'space'; readonly waits: boolean }
  /** It cannot go on. `needsPerson`: starting anew would not help. `code`: what SQLite said, if it was SQLite. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly needsPerson: boolean;
      readonly code?: string | undefined;
    };

/** From the appending half. */
export type FromAppend =
  /** The log has been opened. */
  | {
      readonly type: 'log-opened';
      readonly identity: LogIdentity;
      readonly first: Sequence;
      readonly durable: Sequence;
      /** What is kept free on the disk. */
      readonly reserveBytes: number;
    }
  | { readonly type: 'durable'; readonly sequence: Sequence }
  | { readonly type: 'rolled'; readonly firstSequence: Sequence };

export interface LinkListener<In> {
  readonly onMessage: (message: In) => void;
  /** Either end has been closed, or the thread of the other one has ended. What was sent before has arrived. */
  readonly onClosed: () => void;
}

/** One end of the link. It keeps its thread alive until it is closed. */
export class Link<Out, In> {
  readonly #port: MessagePort;

  constructor(port: MessagePort, { onMessage, onClosed }: LinkListener<In>) {
    this.#port = port;
    port.on('message', onMessage);
    port.on('close', onClosed);
  }

  /** Once the link is closed, nothing happens. */
  send(message: Out): void {
    this.#port.postMessage(message);
  }

  close(): void {
    this.#port.close();
  }
}
