import type { Answer, Entry, Holding, Transport } from '../../shared/outbox/types.js';

/** One request as the transport was given it, to be answered by hand. */
export interface ScriptedRequest {
  readonly entries: readonly Entry[];
  answer(...answers: Answer[]): void;
  fail(error: Error): void;
}

export const ok: Answer = status(200);

export function status(code: number, detail = '', retryAfterMs?: number): Answer {
  return { kind: 'status', status: code, detail, retryAfterMs };
}

export function none(detail = 'connect ECONNREFUSED 127.0.0.1:3001'): Answer {
  return { kind: 'none', detail };
}

/** Says what becomes of each request: answers at once, or undefined to leave it under way for the test to answer. */
export type Script = (entries: readonly Entry[]) => readonly Answer[] | undefined;

/** A destination that does what the test says. Remembers what it was sent. */
export class ScriptedTransport implements Transport {
  /** What the destination does from now on. */
  script: Script;
  /** The sequences of each request, in order. */
  readonly requests: number[][] = [];
  /** Requests without an answer yet. */
  readonly open: ScriptedRequest[] = [];
  openMost = 0;
  closed = 0;
  /** Says what becomes of each question. */
  onHolds: (entry: Entry) => Promise<Holding> = () => Promise.resolve({ status: 'not-held' });
  /** The sequences asked about, in order. */
  readonly asked: number[] = [];

  constructor(script: Script = (entries) => entries.map(() => ok)) {
    this.script = script;
  }

  /** The sequences sent, one for each attempt. */
  get sent(): number[] {
    return this.requests.flat();
  }

  send(entries: readonly Entry[]): Promise<Answer[]> {
    this.requests.push(entries.map(({ sequence }) => sequence));
    const answers = this.script(entries);
    if (answers !== undefined) return Promise.resolve([...answers]);
    return new Promise((resolve, reject) => {
      const leave = () => this.open.splice(this.open.indexOf(request), 1);
      const request: ScriptedRequest = {
        entries,
        answer: (...given) => {
          leave();
          resolve(given.length === 1 ? entries.map(() => given[0]!) : given);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      this.open.push(request);
      this.openMost = Math.max(this.openMost, this.open.length);
    });
  }

  holds(entry: Entry): Promise<Holding> {
    this.asked.push(entry.sequence);
    return this.onHolds(entry);
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

/** Leaves every request under way. */
export const hang: Script = () => undefined;

/** Answers every entry by its sequence. */
export function each(answer: (sequence: number) => Answer): Script {
  return (entries) => entries.map(({ sequence }) => answer(sequence));
}
