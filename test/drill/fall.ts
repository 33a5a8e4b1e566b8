import { setTimeout as sleep } from 'node:timers/promises';

import type { CrashAt } from '../../shared/crash-points/crash-at.js';
import type { ServiceName } from '../../shared/shop-client/service-names.js';
import type { ServiceProcess } from '../../shared/shop-processes/service-process.js';
import type { Shop } from '../../shared/shop-processes/shop.js';
import { LifeWatch, lookEveryMs } from './life-watch.js';
import type { Repeats, RepeatMeter } from './repeat-meter.js';
import type { Blow, Cause, Fall } from './types.js';

/** A point that is passed at all is passed long before that. */
const reachedWithinMs = 4_000;

/** A death that has happened, and the life after it. */
export interface Struck {
  readonly service: ServiceName;
  readonly cause: Cause;
  readonly armed: CrashAt | undefined;
  /** From the signal to the end of the process. */
  readonly dyingMs: number;
  /** What had been repeated by then, at both receivers. */
  readonly repeatsBefore: Repeats;
  readonly life: LifeWatch;
}

/** Ends one life of a service after the other, and returns when the one that is to live on has been started. */
export async function play(fall: Fall, shop: Shop, meter: RepeatMeter, onDeath: () => void): Promise<Struck[]> {
  const struck: Struck[] = [];
  const process = shop[fall.service];
  await sleep(fall.delayMs);
  for (const [index, blow] of fall.blows.entries()) {
    const { cause, dyingMs } = await strike(blow, process, meter);
    onDeath();
    await struck.at(-1)?.life.over();
    const repeatsBefore = await meter.read();
    await sleep(blow.downMs);
    const next = fall.blows[index + 1];
    process.launch(next?.kind === 'crash-point' ? { CRASH_AT: `${next.at.point}:${next.at.passage}` } : {});
    const armed = blow.kind === 'crash-point' ? blow.at : undefined;
    struck.push({
      service: fall.service,
      cause,
      armed,
      dyingMs,
      repeatsBefore,
      life: new LifeWatch(shop, fall.service),
    });
  }
  return struck;
}

/** How a life ended, and how long that took. */
interface End {
  readonly cause: Cause;
  readonly dyingMs: number;
}

async function strike(blow: Blow, process: ServiceProcess, meter: RepeatMeter): Promise<End> {
  if (blow.kind === 'kill-starting') await sleep(blow.afterMs);
  else if (blow.kind === 'crash-point') await ended(process, reachedWithinMs);
  await meter.read();
  const ran = process.pid !== undefined;
  const killedAt = performance.now();
  const { signal } = await process.kill('SIGKILL');
  if (blow.kind === 'crash-point' && process.lifeOutput.includes(lastWords(blow.at))) {
    return { cause: 'crash point', dyingMs: 0 };
  }
  if (!ran || signal !== 'SIGKILL') throw new Error(`${process.name} has ended by itself\n${process.lifeOutput}`);
  return { cause: 'SIGKILL', dyingMs: process.endedAt - killedAt };
}

/** Returns when it has ended, or after so long. */
async function ended(process: ServiceProcess, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (process.pid !== undefined && performance.now() < deadline) await sleep(lookEveryMs);
}

function lastWords({ point, passage }: CrashAt): string {
  return `crash point ${point}, passage ${passage}: killed`;
}
