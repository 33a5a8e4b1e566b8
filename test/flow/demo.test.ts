import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { waitUntil } from '../../shared/shop-client/index.js';

const main = fileURLToPath(new URL('../../services/demo/main.js', import.meta.url));

describe('npm run demo', () => {
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
  });
  afterEach(() => {
    rmSync(temporary, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const seen = { output: '', errors: '' };
    child.stdout.on('data', (chunk: Buffer) => (seen.output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (seen.errors += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    return { child, seen, ended };
  };

  /** Whether somebody listens at each address that was printed. */
  const alive = async (output: string) => {
    const urls = [...new Set(output.match(/http:\/\/127\.0\.0\.1:\d+/g))];
    expect(urls).toHaveLength(3);
    const answers = urls.map((url) =>
      fetch(`${url}/healthz`).then(
        () => true,
        () => false,
      ),
    );
    return Promise.all(answers);
  };

  it('tells its story, ends with books that agree, and leaves nothing behind', async () => {
    const { seen, ended } = run('--fast', '--seed', '1');
    expect([await ended, seen.errors]).toEqual([0, '']);
    const { output } = seen;
    for (const step of [1, 2, 3, 4, 5, 6]) expect(output).toContain(`\n${step}. `);
    expect(output).toContain('The books agree: every purchase that was acknowledged is at both, once.');
    expect(output).toMatch(/repeats suppressed +\d+ +[1-9]/);
    expect(output).toMatch(/is parked: the mark stands at/);
    expect(output).not.toContain('\u001b');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await alive(output)).toEqual([false, false, false]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves nothing behind when it is interrupted in the middle', async () => {
    const { child, seen, ended } = run('--fast');
    await waitUntil(
      'the second step',
      () => Promise.resolve(seen.output),
      (output) => output.includes('\n2. '),
    );
    child.kill('SIGINT');
    expect([await ended, seen.errors]).toEqual([130, 'demo: interrupted; nothing is left running\n']);
    expect(await alive(seen.output)).toEqual([false, false, false]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('says what is wrong with its options, and starts nothing', async () => {
    const { seen, ended } = run('--seed', 'x');
    expect([await ended, seen.output]).toEqual([2, '']);
    expect(seen.errors).toContain('--seed takes a number');
  });
});
