import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openEdge } from '../support/edge-server.js';
import { parseAnswers, RawClient, type RawAnswer } from '../support/raw-client.js';
import { anySeed, createRandom, type Random } from '../../shared/customers/random.js';

const rounds = 400;
const body = String.raw`{"name":"Zoë \u0041","inner":{}}`;
const bytes = Buffer.from(body);
const head = (length: number) =>
  `POST /things HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

const tokens = [
  '\r\n',
  '\r',
  '\n',
  '\0',
  ' ',
  ':',
  '"',
  '\\',
  '{',
  '[',
  '}',
  ',',
  '9',
  '-',
  '%',
  '<b>',
  '\u00ff',
  '/',
  '?',
  'Host: a\r\n',
]
  .concat([
    'Transfer-Encoding: chunked\r\n',
    'Content-Length: 1\r\n',
    'Expect: 100-continue\r\n',
    'Connection: close\r\n',
  ])
  .concat(['__proto__', '"name":', '\\ud800', '1e999', 'HTTP/1.0', 'GET', 'CONNECT', '['.repeat(40), 'x'.repeat(1200)]);

/** One to four changes: a byte, a piece left out, said twice, or something odd in between. */
function mutate(given: Buffer, random: Random): Buffer {
  let mutated = given;
  for (let changes = random.integer(1, 4); changes > 0; changes -= 1) {
    const at = random.integer(0, Math.max(0, mutated.length - 1));
    const end = Math.min(mutated.length, at + random.integer(1, 12));
    const [before, piece, after] = [mutated.subarray(0, at), mutated.subarray(at, end), mutated.subarray(end)];
    mutated = random.pick([
      () => Buffer.concat([before, Buffer.from([random.integer(0, 255)]), mutated.subarray(at + 1)]),
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, piece, piece, after]),
      () => Buffer.concat([before, Buffer.from(random.pick(tokens), 'latin1'), piece, after]),
    ])();
  }
  return mutated;
}

let edge: Awaited<ReturnType<typeof openEdge>>;
beforeAll(async () => {
  edge = await openEdge({ lingerMs: 50 });
});
afterAll(() => edge.close());

/** The client closes its side behind what it sends: whatever that was, the server must come to an end with it. */
async function send(given: Buffer): Promise<RawAnswer[]> {
  const client = await RawClient.open(edge.port);
  client.socket.end(given);
  const received = await client.closed();
  client.destroy();
  return parseAnswers(received).filter(({ status }) => status !== 100);
}

function expectAnswersOfAService(answers: readonly RawAnswer[]): void {
  for (const { status, headers, body: text } of answers) {
    if (status === 200 || status === 201) continue;
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(text)).toMatchObject({ status, type: expect.stringMatching(/^urn:problem-type:/) });
    expect(text).not.toMatch(/[<>]/);
    expect(text.length).toBeLessThan(10_000);
    // 505 speaks of the version that the client has sent; every other would speak of the service.
    expect(status === 505 || status < 500).toBe(true);
  }
}

describe('a request with a few things wrong with it', () => {
  const seed = anySeed();
  const check = async (given: Buffer, look: (answers: readonly RawAnswer[]) => void) => {
    try {
      const answers = await send(given);
      expectAnswersOfAService(answers);
      look(answers);
      expect(edge.logged).toEqual([]);
    } catch (error) {
      throw new Error(`seed ${seed}, sent ${JSON.stringify(given.toString('latin1'))}`, { cause: error });
    }
  };

  it('is answered as the service answers, or taken; nothing breaks, nothing hangs', async () => {
    const random = createRandom(seed);
    const valid = Buffer.concat([Buffer.from(head(bytes.length)), bytes]);
    await check(valid, (answers) => {
      expect(answers).toMatchObject([{ status: 201 }]);
    });
    for (let round = 0; round < rounds; round += 1) await check(mutate(valid, random), () => undefined);
  });

  it('in its body alone is taken, or refused for its body', async () => {
    const random = createRandom(seed + 1);
    for (let round = 0; round < rounds; round += 1) {
      const mutated = mutate(bytes, random);
      await check(Buffer.concat([Buffer.from(head(mutated.length)), mutated]), (answers) => {
        expect(answers).toHaveLength(1);
        expect([201, 400, 413, 422]).toContain(answers[0]!.status);
      });
    }
  });
});
