import { request } from 'undici';

/** Figures of one reading of a service's `/metrics`, by their names and labels as they stand there. */
export async function metrics(port: number, names: readonly string[]): Promise<number[]> {
  const { body } = await request(`http://127.0.0.1:${port}/metrics`);
  const lines = (await body.text()).split('\n');
  return names.map((name) => {
    const value = lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
    if (value === undefined) throw new Error(`port ${port} has no metric ${name}`);
    return Number(value);
  });
}

/** One figure of it. */
export async function metric(port: number, name: string): Promise<number> {
  const [value] = await metrics(port, [name]);
  return value!;
}

/** The event loop's delay since it was last asked for, in milliseconds. */
export async function eventLoopDelayMs(port: number): Promise<{ readonly p99: number; readonly max: number }> {
  const names = ['p99', 'max'].map((name) => `nodejs_eventloop_lag_${name}_seconds`);
  const [p99, max] = await metrics(port, names);
  return { p99: p99! * 1000, max: max! * 1000 };
}

/** Its 99th percentile. */
export async function eventLoopDelayP99Ms(port: number): Promise<number> {
  return (await eventLoopDelayMs(port)).p99;
}
