import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import autocannon from 'autocannon';

import { findLoadDriver, resultOfWrk, runWrk, type LoadResult } from './load-driver.js';

/** One request of a list; the body is JSON. */
export interface ListedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly idempotencyKey?: string;
  readonly body?: string;
}

export interface ListedLoad {
  readonly url: string;
  readonly requests: readonly ListedRequest[];
  readonly connections: number;
  readonly seconds: number;
}

/** Sends the requests of a list one after the other, and again from its beginning; each connection one at a time. */
export function runListed(load: ListedLoad): Promise<LoadResult> {
  return findLoadDriver().name === 'wrk' ? withWrk(load) : withCannon(load);
}

async function withWrk({ url, requests, connections, seconds }: ListedLoad): Promise<LoadResult> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-listed-'));
  try {
    const list = join(directory, 'requests');
    const line = ({ method, path, idempotencyKey = '', body = '' }: ListedRequest) =>
      [method, path, idempotencyKey, body].join('\t');
    await writeFile(list, requests.map((request) => line(request) + '\n').join(''));
    const script = join(directory, 'listed.lua');
    await writeFile(script, luaScript(list));
    return await runWrk(script, { url, connections, seconds });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function luaScript(list: string): string {
  return `
    local requests, next = {}, 0
    init = function()
      for line in io.lines(${JSON.stringify(list)}) do
        local method, path, key, body = line:match("^(.-)\\t(.-)\\t(.-)\\t(.*)$")
        local headers = {}
        if key ~= "" then headers["Idempotency-Key"] = key end
        if body ~= "" then headers["Content-Type"] = "application/json" end
        if body == "" then body = nil end
        requests[#requests + 1] = wrk.format(method, path, headers, body)
      end
    end
    request = function()
      next = next % #requests + 1
      return requests[next]
    end
    ${resultOfWrk}`;
}

async function withCannon({ url, requests, connections, seconds }: ListedLoad): Promise<LoadResult> {
  const result = await autocannon({
    ...{ url, connections, duration: seconds },
    requests: requests.map(({ method, path, idempotencyKey, body }) => ({
      ...{ method, path, body },
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
    })),
  });
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    errors: result.errors + result.non2xx,
  };
}
