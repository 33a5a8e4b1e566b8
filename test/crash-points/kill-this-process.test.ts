import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('../support/killed-process.js', import.meta.url));

/** Runs the process to its end. */
async function run(where: 'main' | 'worker') {
  const child = spawn(process.execPath, [main, where], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const signal = await new Promise((resolve) => {
    child.once('close', (_code, by) => {
      resolve(by);
    });
  });
  return { signal, output, errors };
}

describe.each(['main', 'worker'] as const)('killing this process from its %s thread', (where) => {
  it('says why and does nothing more: no handler, no answer, not the next line', async () => {
    expect(await run(where)).toEqual({ signal: 'SIGKILL', output: 'before\n', errors: 'for a test\n' });
  });
});
