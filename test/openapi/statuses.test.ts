import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { sampleOrder, samplePurchase } from '../../services/checkout/routes/sample-order.js';
import type { Journal } from '../../shared/journal/index.js';
import { problemTypesOfNoOperation } from '../../shared/openapi/common-problems.js';
import { problemAnswers, problemUri } from '../../shared/openapi/problem-answers.js';
import { AnswerCheck } from '../support/answer-check.js';
import type { TestCheckout } from '../support/checkout-app.js';
import { moody, type CheckoutMood } from '../support/checkout-mood.js';
import { sendDescribed } from '../support/described-request.js';
import { describedServices, type OpenService } from '../support/described-services.js';
import { nobodyKnows, provocations } from '../support/provocations.js';

describe.each(describedServices.map((each) => [each.title, each] as const))('%s', (_title, described) => {
  const { operations, problemTypes } = described.description;
  const check = new AnswerCheck(described.document);
  let service: OpenService;
  const mood: CheckoutMood = { appendError: undefined, refusal: undefined };

  // One for all: opening one takes longer than what is asked of it.
  beforeAll(async () => {
    let append: Journal['append'] = () => Promise.reject(new Error('there is no journal yet'));
    service = await described.open(moody(mood, (record) => append(record)));
    if (!('journal' in service)) return;
    const { journal } = service as OpenService & TestCheckout;
    append = (record) => journal.append(record);
    const purchase = { ...sampleOrder, ...samplePurchase };
    await journal.append({ purchase, destinations: ['warehouse', 'finance'] });
  });
  beforeEach(() => {
    Object.assign(mood, { appendError: undefined, refusal: undefined });
  });
  afterAll(() => service.close());

  const failures = operations.flatMap((operation) =>
    problemAnswers(operation).flatMap(({ status, types }) =>
      types.map(({ code }) => [operation.id, status, code, operation] as const),
    ),
  );

  it.each(failures)('%s can be made to answer %s %s, or the document would claim what never comes', async (...args) => {
    const [, status, code, operation] = args;
    const provoke = provocations[code] ?? nobodyKnows;
    const answer = await provoke({ service, mood, operation, status });
    expect(String(answer.status)).toMatch(new RegExp(`^${status.replace('XX', '..')}$`));
    expect(JSON.parse(answer.body)).toMatchObject({ type: `urn:problem-type:${code}`, status: answer.status });
    expect(check.faults(answer)).toEqual([]);
  });

  it('tells who has a document already that it has not changed', async () => {
    const cached = operations.filter(({ answers }) => answers.some(({ status }) => status === 304));
    expect(cached.map(({ path }) => path)).toEqual(['/openapi.json', '/docs']);
    for (const operation of cached) {
      const { headers } = await sendDescribed(service.app, { operation }).expect(200);
      const again = { operation, headers: { 'If-None-Match': String(headers.etag) } };
      await sendDescribed(service.app, again).expect(304);
    }
  });

  it('explains every kind of failure that an operation has, and none that no operation has', () => {
    const answered = new Set([
      ...operations.flatMap((operation) => problemAnswers(operation).flatMap(({ types }) => types.map(problemUri))),
      ...problemTypesOfNoOperation.map(problemUri),
    ]);
    expect([...answered].sort()).toEqual(problemTypes.map(problemUri).sort());
  });
});
