import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export interface UnlinkCount {
  /** Stops counting. */
  stop(): Promise<number>;
}

/** Counts the system calls with which a process removes segments of a log; undefined where strace is not installed. */
export async function countUnlinks(pid: number): Promise<UnlinkCount | undefined> {
  if (spawnSync('strace', ['--version']).error !== undefined) return undefined;
  const args = ['-f', '-qq', '-e', 'trace=unlink,unlinkat', '-p', String(pid)];
  const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  tracer.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(tracer, 'spawn');
  return {
    async stop() {
      const ended = once(tracer, 'close');
      tracer.kill('SIGINT');
      await ended;
      return [...text.matchAll(/\bunlink(?:at)?\(.*\.wal".*\) = 0/g)].length;
    },
  };
}
