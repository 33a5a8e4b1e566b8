/** What came back, or did not. */
export type ReceiverAnswer =
  | {
      readonly kind: 'status';
      readonly status: number;
      /** The body as text, cut at a bound. */
      readonly text: string;
      /** The body as JSON; undefined if it is none. */
      readonly json: unknown;
      readonly ms: number;
    }
  /** `timeout`: nothing within the time that one attempt has. `unreachable`: no connection. `cut`: one that broke. */
  | {
      readonly kind: 'none';
      readonly reason: 'timeout' | 'unreachable' | 'cut';
      readonly detail: string;
      readonly ms: number;
    };

/** One request, whatever is wrong with it. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Delivers to the receiver that is checked. One call is one attempt. */
export type Deliver = (delivery: Delivery) => Promise<ReceiverAnswer>;

/** What is wrong, or may be. */
export interface Fault {
  readonly expected: string;
  /** What it costs, and which rule says so. */
  readonly why: string;
}

/** What one check found. */
export type Verdict =
  | { readonly outcome: 'ok'; readonly came: string }
  /** Works, but somebody should know. */
  | ({ readonly outcome: 'note'; readonly came: string } & Fault)
  | ({ readonly outcome: 'WRONG'; readonly came: string } & Fault);

export interface Check {
  /** What is tried, as a noun. */
  readonly name: string;
  /** What is sent, in words. */
  readonly sent: string;
  readonly run: () => Promise<Verdict>;
}

/** A check that was made. */
export interface Finding {
  readonly name: string;
  readonly sent: string;
  readonly verdict: Verdict;
}
