/** One fault in a body that broke the schema: what, and where (a JSON pointer as a URI fragment, `#/items/0/quantity`). */
export interface ProblemDetail {
  readonly detail: string;
  readonly pointer: string;
}

/** A kind of failure, as documents and clients know it. Each part that has some lists them in a file of its own. */
export interface ProblemType {
  /** Last part of the problem's `type`; never changes once it is published. */
  readonly code: string;
  /** What it is answered with; the first, unless the problem says another of them. */
  readonly statuses: readonly [number, ...number[]];
  /** The same at each occurrence. */
  readonly title: string;
  /** What whoever meets it can do, in a sentence or two. */
  readonly advice: string;
}

export interface ProblemOptions {
  /** One of the type's; its first if absent. */
  readonly status?: number;
  readonly detail: string;
  readonly errors?: readonly ProblemDetail[];
  /** What this type says besides, for programs: names and values of members of the body. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Which of several causes it is, for machines. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is an error, as RFC 9457 has it. Throw it from a route; the error handler sends it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: ProblemType;
  readonly status: number;
  readonly errors: readonly ProblemDetail[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly reason: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: ProblemType, options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.type = type;
    this.status = options.status ?? type.statuses[0];
    this.errors = options.errors;
    this.extensions = options.extensions ?? {};
    this.reason = options.reason;
    this.headers = options.headers ?? {};
  }

  get code(): string {
    return this.type.code;
  }

  /** The body of the answer. */
  toJSON(): object {
    return {
      type: `urn:problem-type:${this.type.code}`,
      title: this.type.title,
      status: this.status,
      detail: this.message,
      ...(this.reason !== undefined && { reason: this.reason }),
      ...(this.errors && { errors: this.errors }),
      ...this.extensions,
    };
  }
}
