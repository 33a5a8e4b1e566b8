import type { ReceiverName } from '../../../shared/shop-client/index.js';
import type { PurchaseRecord } from '../../../shared/purchase/index.js';

/** A purchase that is kept, with its place among all of them. */
export interface Kept {
  readonly sequence: number;
  readonly record: PurchaseRecord;
}

/** Where a peer keeps purchases, as its app sees it. */
export interface PeerStore {
  /** Resolves with its place once the peer says that it is kept, as durably as the peer is set to keep it. */
  keep(record: PurchaseRecord): Promise<number>;
  close(): Promise<void>;
}

/** Posts purchases to the two receivers, one request for each, or one for all of them. */
export interface Posts {
  /** Resolves once that receiver has confirmed all of them. @throws if it did not */
  to(receiver: ReceiverName, purchases: readonly Kept[]): Promise<void>;
  close(): Promise<void>;
}

/** A peer's worker: delivers what was kept, and marks it done as durably as the peer does. */
export interface PeerDelivery {
  /** Begins. All connections are there. */
  start(): void;
  /** Begins nothing new and waits for what is under way. */
  stop(): Promise<void>;
  /** Deliveries that are not marked as done; asked after the end of `stop`. */
  remaining(): Promise<number>;
  close(): Promise<void>;
}

/** Another way to keep purchases until they are delivered. `address` is a place that its server made, in the server's own form. */
export interface Peer {
  openStore(address: string): Promise<PeerStore>;
  /** `together`: how many purchases `posts` sends in one request. */
  openDelivery(address: string, posts: Posts, together: number): Promise<PeerDelivery>;
}

/** What keeps purchases for peers: a server that was started for that, or a folder. */
export interface Server {
  /** Its name and version. */
  readonly version: string;
  /** The settings on which durability hangs, as it gives them itself. */
  readonly durability: string;
  /** An empty place for a peer's purchases. What was kept under that name before is gone. */
  place(name: string): Promise<string>;
  /** Returns when it has done what it puts off, so that this does not weigh on whoever is measured next. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

export type ServerName = 'postgres' | 'redis' | 'nats' | 'sqlite';
