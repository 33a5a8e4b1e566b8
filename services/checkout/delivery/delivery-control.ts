/*
 * How the API thread speaks to the delivery thread: calls with an answer, over the worker's own port.
 */
import type { Worker } from 'node:worker_threads';

import type { Dispatcher, LaneStatus } from '../../../shared/outbox/index.js';
import type { DeliveryFigures } from './delivery-figures.js';

/** What people can ask of the deliveries. Each is answered once it is durable. */
export interface DeliveryControl extends Pick<
  Dispatcher,
  'pause' | 'resume' | 'retry' | 'retryParked' | 'redeliver' | 'discard'
> {
  status(): Promise<Readonly<Record<string, LaneStatus>>>;
  /** What metrics show of the delivery thread. */
  figures(): Promise<DeliveryFigures>;
  /** Finishes what is in flight within the deadline, settles it, closes. */
  stop(deadlineMs: number): Promise<void>;
}

export type ControlCall = {
  [Method in keyof DeliveryControl]: {
    readonly id: number;
    readonly method: Method;
    readonly args: Parameters<DeliveryControl[Method]>;
  };
}[keyof DeliveryControl];

export interface ControlReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The delivery thread has ended, so that nobody answers. */
export class DeliveryThreadGoneError extends Error {
  override readonly name = 'DeliveryThreadGoneError';
}

interface Call {
  resolve(result: never): void;
  reject(error: Error): void;
}

/** Calls the methods in the worker. Calls under way reject when it ends. */
export function controlWorker(worker: Worker): DeliveryControl {
  const calls = new Map<number, Call>();
  let lastId = 0;
  let gone = false;

  worker.on('message', ({ id, result, error }: ControlReply) => {
    const call = calls.get(id);
    calls.delete(id);
    if (error === undefined) call?.resolve(result as never);
    else call?.reject(new Error(error));
  });
  worker.once('exit', () => {
    gone = true;
    for (const call of calls.values()) call.reject(new DeliveryThreadGoneError('the delivery thread has ended'));
    calls.clear();
  });

  const call =
    <Method extends keyof DeliveryControl>(method: Method) =>
    (...args: Parameters<DeliveryControl[Method]>) =>
      new Promise<never>((resolve, reject) => {
        if (gone) {
          reject(new DeliveryThreadGoneError('the delivery thread has ended'));
          return;
        }
        lastId += 1;
        calls.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, method, args });
      });

  return {
    status: call('status'),
    figures: call('figures'),
    pause: call('pause'),
    resume: call('resume'),
    retry: call('retry'),
    retryParked: call('retryParked'),
    redeliver: call('redeliver'),
    discard: call('discard'),
    stop: call('stop'),
  };
}

/** Answers a call in the worker. */
export function answer(control: DeliveryControl, { method, args }: ControlCall): Promise<unknown> {
  return (control[method] as (...args: readonly unknown[]) => Promise<unknown>).call(control, ...args);
}
