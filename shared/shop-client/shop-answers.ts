/** What the services answer, as outsiders rely on it. */

export type DeliveryState = 'pending' | 'confirmed' | 'retrying' | 'parked' | 'discarded';

/** What has become of the deliveries to one destination since the checkout was started. */
export interface DeliveryCounts {
  readonly attempts: number;
  readonly confirmed: number;
  readonly parked: number;
  readonly repeats: { readonly restart: number; readonly other: number };
  readonly checks: { readonly held: number; readonly notHeld: number; readonly noAnswer: number };
  readonly repeatsSaved: number;
}

/** The 201 of `POST /checkout`; `deliveries` gives bare states there. */
export interface PurchaseView {
  readonly id: string;
  readonly sequence: number;
  readonly status: 'accepted' | 'confirmed' | 'parked';
  readonly acceptedAt: string;
  readonly currency: string;
  readonly total: number;
  readonly deliveries: Readonly<Record<string, DeliveryState | { readonly state: DeliveryState }>>;
}

export interface DestinationStatus {
  readonly state: 'served' | 'missing' | 'removed';
  readonly cursor: number;
  readonly pending: number;
  readonly inFlight: number;
  readonly retrying: number;
  readonly parked: number;
  readonly circuit: string;
  readonly circuitReason: string | null;
  readonly circuitSince: string | null;
  readonly nextProbeAt: string | null;
  readonly paused: boolean;
  readonly ratePerSecond: number | null;
  readonly catchingUp: boolean;
  readonly oldestPendingSeconds: number | null;
  readonly lastError: string | null;
  readonly counts: DeliveryCounts;
}

export interface CheckoutStatus {
  readonly log: {
    readonly firstSequence: number;
    readonly durableSequence: number;
    readonly lowWaterMark: number;
    readonly markReason: string;
    readonly segments: number;
    readonly bytes: number;
    readonly backlogBytes: number;
  };
  readonly admission: {
    readonly pending: number;
    readonly pendingMax: number;
    readonly refusing: string | null;
    readonly backlogBytesMax: number | null;
  };
  readonly disk: {
    readonly availableBytes: number;
    readonly totalBytes: number;
    readonly reserveBytes: number;
    readonly resumeBytes: number;
    readonly state: 'room' | 'reserve' | 'full';
    readonly refusing: boolean;
  };
  readonly destinations: Readonly<Record<string, DestinationStatus>>;
  readonly recovery: {
    readonly durationMs: number;
    readonly tornBytes: number;
    readonly replayed: number;
    readonly unknownBefore: number;
  };
}

export interface WarehouseSummary {
  readonly purchases: number;
  readonly units: number;
}

export interface FinanceSummary {
  readonly purchases: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly balanced: boolean;
}

/** One line of `GET /deliveries`, or what is needed of it. */
export interface ListedDelivery {
  readonly sequence: number;
  readonly destination: string;
  readonly state: DeliveryState;
}

/** What became of a wish to have deliveries made again: each is in one of the two. */
export interface Redelivery {
  readonly redelivered: readonly number[];
  readonly refused: readonly { readonly sequence: number; readonly reason: string }[];
}

/** One line of a receiver's `GET /audit`. */
export interface Audited {
  readonly sequence: number;
  readonly id: string;
  readonly total: number;
  readonly currency: string;
}
