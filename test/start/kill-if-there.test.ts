import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { killIfThere } from '../../services/start/kill-if-there.js';

describe('killIfThere', () => {
  it('takes one that has just ended for ended: three services that cannot start end at the same time', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(() => {
      killIfThere(pid, 'SIGTERM');
    }).not.toThrow();
  });

  it('ends one that runs', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    const ended = once(child, 'exit');
    killIfThere(child.pid ?? 0, 'SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('throws what else is wrong', () => {
    expect(() => {
      killIfThere(process.pid, 'SIGNONE');
    }).toThrow('SIGNONE');
  });
});
