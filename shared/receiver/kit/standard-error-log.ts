import type { ReceiverLog } from './types.js';

const write = (fields: object, message: string) => {
  const { err } = fields as { err?: unknown };
  const cause = err instanceof Error ? `: ${err.message}` : '';
  process.stderr.write(`receiveEvents: ${message}${cause}\n`);
};

/** Where warnings and errors go when a receiver has no log: they must not go nowhere. */
export const standardErrorLog: ReceiverLog = { debug: () => undefined, warn: write, error: write };
