import request from 'supertest';

import { accessGates } from '../../services/checkout/access/access-gates.js';
import { digestToken, listen, problems, problemTypes, type Problem } from '../../shared/http/index.js';
import { PurchaseOutcomeUnknownError, PurchaseRefusedError } from '../../shared/journal/index.js';
import type { Operation } from '../../shared/openapi/index.js';
import type { GivenAnswer } from './answer-check.js';
import { adminToken, openTestCheckout, type TestCheckout, type TestCheckoutOptions } from './checkout-app.js';
import type { CheckoutMood } from './checkout-mood.js';
import { deliverText } from './deliver.js';
import type { OpenService } from './described-services.js';
import { sendDescribed, writtenOut, type DescribedRequest } from './described-request.js';
import { rawRequest } from './raw-request.js';

/** Where an operation is made to fail. */
export interface Stage {
  readonly service: OpenService;
  readonly mood: CheckoutMood;
  readonly operation: Operation;
  /** As the document has it: maybe a range, `4XX`. */
  readonly status: string;
}

/** Makes an operation answer with one kind of failure. */
export type Provocation = (stage: Stage) => Promise<GivenAnswer>;

const send = async ({ service, operation }: Stage, changes: Partial<DescribedRequest> = {}) =>
  given(operation, await sendDescribed(service.app, { operation, ...changes }));

/** The same, to a checkout of other settings. */
async function sendTo(options: TestCheckoutOptions, stage: Stage, changes: Partial<DescribedRequest> = {}) {
  const service = await openTestCheckout(options);
  const answer = await send({ ...stage, service }, changes);
  await service.close();
  return answer;
}

const aKey = { name: 'web', digests: [digestToken('a-secret-for-the-web')] };
const quietly = { observe: () => undefined, log: { warn: () => undefined } };

function given(operation: Operation, answer: { status: number; headers: object; text: string }): GivenAnswer {
  const [path = ''] = writtenOut({ operation }).path.split('?');
  const headers = answer.headers as GivenAnswer['headers'];
  return { method: operation.method.toUpperCase(), path, status: answer.status, headers, body: answer.text };
}

/** What takes a broken machine, or ten seconds: as the factory of problems makes it. */
const made =
  (problem: Problem): Provocation =>
  ({ operation }) => {
    const headers = Object.entries(problem.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    return Promise.resolve(
      given(operation, {
        status: problem.status,
        headers: { ...Object.fromEntries(headers), 'content-type': 'application/problem+json' },
        text: JSON.stringify(problem),
      }),
    );
  };

/** What Node's own parser or server refuses, before there is a route. */
const raw =
  (headerLine: string, version = '1.1') =>
  async (stage: Stage) => {
    const { operation, service } = stage;
    const listening = await listen(service.app, { host: '127.0.0.1', port: 0 });
    const { path } = writtenOut({ operation });
    const start = `${operation.method.toUpperCase()} ${path} HTTP/${version}\r\nHost: x\r\nConnection: close\r\nContent-Length: 0`;
    const answer = await rawRequest(listening.port, `${start}\r\n${headerLine}\r\n\r\n`);
    await listening.stop(0);
    return given(operation, { ...answer, text: answer.body });
  };

const malformed: Readonly<Record<string, Provocation>> = {
  400: raw('this is no header'),
  408: made(problems.malformedRequest(408, 'It came too slowly.')),
  417: raw('Expect: a miracle'),
  505: raw('X-Some: thing', '2.0'),
  431: raw(`X-Long: ${'x'.repeat(20_000)}`),
};

const withMood =
  (mood: Partial<CheckoutMood>): Provocation =>
  async (stage) => {
    Object.assign(stage.mood, mood);
    return send(stage);
  };

/** Parameters in a place, each with a value that it cannot have. */
const broken = (operation: Operation, places: readonly string[], value: (name: string) => string) =>
  Object.fromEntries(
    (operation.parameters ?? []).filter((each) => places.includes(each.in)).map(({ name }) => [name, value(name)]),
  );

const isReadiness = (operation: Operation) => operation.path === '/readyz';

/** By the code of the problem's type. */
export const provocations: Readonly<Record<string, Provocation>> = {
  'malformed-json': (stage) => send(stage, { body: '{' }),
  'malformed-request': (stage) => (malformed[stage.status] ?? nobodyKnows)(stage),
  'invalid-parameter': (stage) => {
    const { parameters = [] } = stage.operation;
    const [wrong] = parameters.filter(({ refusedAs }) => refusedAs === problemTypes.invalidParameter);
    return send(stage, { parameters: { [wrong?.name ?? '']: 'x' } });
  },
  unauthorized: (stage) =>
    stage.operation.access === 'api-key'
      ? sendTo({ gates: accessGates({ apiKeys: [aKey], rateLimit: undefined }, quietly) }, stage)
      : send(stage, { anonymous: true }),
  'not-acceptable': (stage) => send(stage, { headers: { Accept: 'image/png' } }),
  'not-found': (stage) =>
    send(stage, {
      parameters: broken(stage.operation, ['path'], (name) => (name === 'sequence' ? '99' : 'nobody')),
    }),
  'body-too-large': (stage) => send(stage, { body: `"${'x'.repeat(stage.operation.body?.bytesMax ?? 0)}"` }),
  'unsupported-media-type': (stage) => send(stage, { headers: { 'Content-Type': 'text/plain' } }),
  'invalid-body': (stage) => send(stage, { body: '[]' }),
  'not-ready': async (stage) => {
    if (isReadiness(stage.operation) && 'readiness' in stage.service) {
      const checkout = stage.service as OpenService & TestCheckout;
      checkout.readiness = { ready: false, reason: 'disk-full', detail: 'The disk is full.' };
      const answer = await send(stage);
      checkout.readiness = { ready: true };
      return answer;
    }
    const decides = stage.operation.problems?.includes(problemTypes.notReady);
    return decides
      ? withMood({ refusal: 'busy' })(stage)
      : made(problems.notReady('The service is shutting down.'))(stage);
  },
  internal: made(problems.internal(new Error('broken'))),

  'purchase-refused': withMood({ appendError: new PurchaseRefusedError('disk-full', 'the disk is full') }),
  'outcome-unknown': withMood({ appendError: new PurchaseOutcomeUnknownError('outcome-unknown', 'who knows') }),
  'idempotency-key-required': (stage) =>
    sendTo({ requireIdempotencyKey: true }, stage, { parameters: { 'Idempotency-Key': undefined } }),
  'quota-exceeded': (stage) => {
    const none = { requests: 0, seconds: 10 };
    return sendTo({ gates: accessGates({ apiKeys: [], rateLimit: none }, quietly) }, stage);
  },
  'invalid-idempotency-key': (stage) => send(stage, { parameters: { 'Idempotency-Key': 'a b' } }),
  'idempotency-key-reused': async (stage) => {
    await send(stage);
    return send(stage, { body: { ...(firstExample(stage) as object), customerId: 'bob' } });
  },
  'delivery-state': withMood({ refusal: 'already-final' }),

  'bad-signature': (stage) => send(stage, { anonymous: true }),
  'webhook-id-mismatch': async ({ operation, service }) => {
    const text = JSON.stringify(firstExample({ operation }));
    return given(operation, await deliverText(service.app, text, 'another-id'));
  },
  'conflicting-event': async (stage) => {
    await send(stage);
    const event = firstExample(stage) as { data: object };
    return send(stage, { body: { ...event, data: { ...event.data, customerId: 'bob' } } });
  },
  'injected-fault': async (stage) => {
    const status = Number(stage.status.replace('XX', '18'));
    const setFaults = (faults: object) =>
      request(stage.service.app).put('/faults').auth(adminToken, { type: 'bearer' }).send(faults).expect(200);
    await setFaults({ status });
    const answer = await send(stage);
    await setFaults({});
    return answer;
  },
};

function firstExample({ operation }: Pick<Stage, 'operation'>): unknown {
  return Object.values(operation.body?.examples ?? {})[0];
}

/** For what was added without a way to see it. */
export const nobodyKnows: Provocation = ({ operation, status }) => {
  const what = `${operation.method} ${operation.path} with ${status}`;
  return Promise.reject(
    new Error(`nobody knows how to provoke this at ${what}: add it to test/support/provocations.ts`),
  );
};
