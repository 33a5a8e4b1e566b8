import type { z } from 'zod';

import type { ProblemType } from '../http/index.js';

/** Who may ask: everyone; who has the admin token; who signs by Standard Webhooks; everyone, or, where there are API keys, who has one. */
export type Access = 'open' | 'admin' | 'signed' | 'api-key';

/** Something that may be in a path, a query or the headers of a request. */
export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly description: string;
  /** One in a path always is. */
  readonly required?: boolean;
  readonly schema: z.ZodType;
  readonly example?: string | number;
  /** In the sample, where that must be found out first: a variable. */
  readonly shellValue?: string;
  /** How a value that breaks the schema is answered, unless any text will do. */
  readonly refusedAs?: ProblemType;
}

/** A header of an answer, or of what is sent to a webhook. */
export interface Header {
  readonly description: string;
  /** Always there. */
  readonly required?: boolean;
  readonly schema: z.ZodType;
}

/** The JSON body of a request. */
export interface RequestBody {
  readonly schema: z.ZodType;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  readonly bytesMax: number;
  /** By name; the first one is the one in the sample. */
  readonly examples: Readonly<Record<string, unknown>>;
}

/** An answer that is no problem. */
export interface SuccessfulAnswer {
  readonly status: number;
  readonly description: string;
  /** Absent: it has no body, or one that is not JSON. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Of a body that is not JSON. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, Header>>;
}

/** One method of one path, beside whose route it stands. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put';
  /** With parameters in braces. */
  readonly path: string;
  /** Unique in its service; never changes once it is published. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly parameters?: readonly Parameter[];
  readonly body?: RequestBody;
  readonly answers: readonly SuccessfulAnswer[];
  /** Headers that any of its answers may have. */
  readonly headers?: Readonly<Record<string, Header>>;
  /** The kinds of failure that it has besides those of every operation like it (`common-problems.ts`). */
  readonly problems?: readonly ProblemType[];
  /** Headers that some of its failures have, by status. */
  readonly problemHeaders?: Readonly<Record<string, Readonly<Record<string, Header>>>>;
  /** Whether it answers what it answers, whatever `Accept` says. */
  readonly producesAnyway?: boolean;
  /** A kind of failure that may come with any status from 300 on. */
  readonly anyFailure?: ProblemType;
  /** Shell lines in front of the sample, which find or make what it is about; `curl` is told where the service is and who asks. */
  readonly sampleBefore?: (shell: Shell) => readonly string[];
}

/** What a sample's lines are made with. */
export interface Shell {
  /** Where the service is. */
  readonly origin: string;
  /** The option of curl that says who an admin is. */
  readonly asAdmin: string;
}

/** What the service itself sends to others. */
export interface Webhook {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly headers: readonly Parameter[];
  readonly body: RequestBody;
  /** What an answer of the other side means, by status or range of statuses. */
  readonly answers: Readonly<Record<string, { readonly description: string; readonly schema?: z.ZodType }>>;
}

/** All that is said of a service's HTTP interface, from which its documents are made. */
export interface ServiceDescription {
  /** In lower case. */
  readonly name: string;
  readonly title: string;
  /** Paragraphs, with `code` in backticks and no other markup. */
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly operations: readonly Operation[];
  readonly webhooks?: readonly Webhook[];
  /** All kinds of failure that it answers with. */
  readonly problemTypes: readonly ProblemType[];
  readonly samples: Samples;
}

/** What the samples take where the reader's shell says nothing else: so that they work as they stand against `npm start`. */
export interface Samples {
  /** Where the service is. */
  readonly origin: string;
  readonly adminToken: string;
  readonly webhookSecret: string;
}
