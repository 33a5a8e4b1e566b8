import { readFile } from 'node:fs/promises';

const mebibyte = 1024;
const ticksPerSecond = 100;

/** Memory of a process, in MiB, as Linux counts it. */
export interface ProcessMemory {
  /** In use now, files that are mapped among it. */
  readonly rssMiB: number;
  /** Of that, what no file holds. */
  readonly anonymousMiB: number;
  /** The most that was ever in use. */
  readonly peakMiB: number;
}

export async function memoryOf(pid: number): Promise<ProcessMemory> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / mebibyte;
  return { rssMiB: field('VmRSS'), anonymousMiB: field('RssAnon'), peakMiB: field('VmHWM') };
}

/** What a process has used of the CPUs, in seconds, all its threads together. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything: the 12th and 13th field are the time in user and in system mode.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
