import request from 'supertest';

import type { Express } from 'express';

import type { Operation } from '../../shared/openapi/index.js';
import { adminToken } from './checkout-app.js';
import { secret, signedHeaders } from './deliver.js';

/** A request as an operation describes it, with changes. */
export interface DescribedRequest {
  readonly operation: Operation;
  /** Sent instead of the body's first example; as it stands if it is text. */
  readonly body?: unknown;
  /** In place of the examples of parameters; undefined: left out. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** Besides, or in place of, those that the operation has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends it as nobody in particular, without a token or a signature. */
  readonly anonymous?: boolean;
}

/** Sends it. The first example of each thing is taken where nothing else is said. */
export function sendDescribed(app: Express, given: DescribedRequest): request.Test {
  const { operation, headers = {} } = given;
  const { text, path, ownHeaders } = writtenOut(given);
  const call = request(app)[operation.method](path).set(ownHeaders).set(headers).redirects(0);
  return text === undefined ? call : call.send(text);
}

/** What goes over the wire. */
export function writtenOut({ operation, body, parameters = {}, anonymous = false }: DescribedRequest) {
  const values = new Map<string, unknown>([
    ...(operation.parameters ?? []).map(({ name, example }) => [name, example] as const),
    ...Object.entries(parameters),
  ]);
  const placed = (place: string) =>
    (operation.parameters ?? [])
      .filter((each) => each.in === place && values.get(each.name) !== undefined)
      .map(({ name }) => [name, String(values.get(name))] as const);
  const query = new URLSearchParams(Object.fromEntries(placed('query'))).toString();
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => String(values.get(name)));
  const sent = body ?? (operation.body ? Object.values(operation.body.examples)[0] : undefined);
  const text = sent === undefined || typeof sent === 'string' ? sent : JSON.stringify(sent);
  return {
    text,
    path: query === '' ? path : `${path}?${query}`,
    ownHeaders: {
      ...(text !== undefined && { 'Content-Type': 'application/json' }),
      ...Object.fromEntries(placed('header')),
      ...(anonymous ? {} : credentials(operation, text ?? '')),
    },
  };
}

function credentials({ access, parameters = [] }: Operation, text: string): Record<string, string> {
  if (access === 'admin') return { Authorization: `Bearer ${adminToken}` };
  if (access !== 'signed') return {};
  const id = parameters.find(({ name }) => name === 'webhook-id')?.example;
  return signedHeaders(String(id), text, { secret });
}
