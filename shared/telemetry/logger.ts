import { destination, pino, type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';

import { errorFields } from './error-fields.js';

export type { Logger } from 'pino';

/** `text` for people, `json` for machines. */
export type LogFormat = 'text' | 'json';

/**
 * A logger that writes to standard output before the call returns, so that a line is never lost in a kill. Usable from worker
 * threads too: it writes to the file descriptor itself. Of an error it writes what is known to be harmless (`errorFields`).
 */
export function createLogger(options: { name: string; level: string; format: LogFormat }): Logger {
  const { name, level, format } = options;
  const settings: LoggerOptions = { name, level, serializers: { err: errorFields } };
  if (format === 'text') {
    const stream = pretty({
      destination: 1,
      sync: true,
      ignore: 'pid,hostname,name',
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss.l',
    });
    return pino(settings, stream);
  }
  return pino(settings, destination({ fd: 1, sync: true }));
}
