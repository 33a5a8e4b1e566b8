import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import autocannon from 'autocannon';

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx, and connections that failed. */
  readonly errors: number;
}

export interface LoadDriver {
  readonly name: string;
  /** POSTs one body over and over, each connection one request at a time. */
  run(load: { url: string; body: string; connections: number; seconds: number }): Promise<LoadResult>;
}

/** wrk where it is installed, because it takes little of the machine; autocannon elsewhere. */
export function findLoadDriver(): LoadDriver {
  return spawnSync('wrk', ['--version']).error === undefined ? wrk : cannon;
}

/** What a script for wrk ends with, for `runWrk` to read. */
export const resultOfWrk = `
  done = function(summary, latency)
    local e = summary.errors
    io.write(string.format('RESULT {"requests":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n', summary.requests,
      summary.duration, latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
  end`;

/** Runs a script with wrk. */
export async function runWrk(
  script: string,
  { url, connections, seconds }: { url: string; connections: number; seconds: number },
): Promise<LoadResult> {
  const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script, url];
  const { stdout } = await promisify(execFile)('wrk', args);
  const json = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (json === undefined) throw new Error(`wrk printed no result: ${stdout}`);
  const { requests, us, p50, p99, errors } = JSON.parse(json) as Record<
    'requests' | 'us' | 'p50' | 'p99' | 'errors',
    number
  >;
  return { requestsPerSecond: (requests / us) * 1e6, p50Ms: p50 / 1000, p99Ms: p99 / 1000, errors };
}

const wrk: LoadDriver = {
  name: 'wrk',
  async run({ url, body, connections, seconds }) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-wrk-'));
    try {
      const script = join(directory, 'post.lua');
      await writeFile(
        script,
        `wrk.method = "POST"
         wrk.headers["Content-Type"] = "application/json"
         wrk.body = ${JSON.stringify(body)}
         ${resultOfWrk}`,
      );
      return await runWrk(script, { url, connections, seconds });
    } finally {
      await rm(directory, { recursive: true });
    }
  },
};

const cannon: LoadDriver = {
  name: 'autocannon',
  async run({ url, body, connections, seconds }) {
    const headers = { 'content-type': 'application/json' };
    const result = await autocannon({ url, method: 'POST', headers, body, connections, duration: seconds });
    return {
      requestsPerSecond: result.requests.total / result.duration,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
      errors: result.errors + result.non2xx,
    };
  },
};
