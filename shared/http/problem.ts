/** One fault in a body that broke the schema: what, and where (a JSON pointer as a URI fragment, `#/items/0/quantity`). */
export interface ProblemDetail {
  readonly detail: string;
  readonly pointer: string;
}

export interface ProblemOptions {
  /** Last part of the problem's `type`; the README explains each. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly ProblemDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is an error, as RFC 9457 has it. Throw it from a route; the error handler sends it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly errors: readonly ProblemDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: ProblemOptions) {
    super(options.detail, { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.title = options.title;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  /** The body of the answer. */
  toJSON(): object {
    return {
      type: `urn:problem-type:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      ...(this.errors && { errors: this.errors }),
    };
  }
}
