import { request } from 'undici';

/** A figure of a service's `/metrics`, by its name and its labels as they stand there. */
export async function metric(port: number, name: string): Promise<number> {
  const { body } = await request(`http://127.0.0.1:${port}/metrics`);
  const line = (await body.text()).split('\n').find((each) => each.startsWith(`${name} `));
  const value = line?.slice(name.length + 1);
  if (value === undefined) throw new Error(`port ${port} has no metric ${name}`);
  return Number(value);
}

/** The 99th percentile of the event loop's delay since it was last asked for, in milliseconds. */
export async function eventLoopDelayP99Ms(port: number): Promise<number> {
  return (await metric(port, 'nodejs_eventloop_lag_p99_seconds')) * 1000;
}
