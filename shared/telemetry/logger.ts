import { destination, pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** `text` for people, `json` for machines. */
export type LogFormat = 'text' | 'json';

/**
 * A logger that writes to standard output before the call returns, so that a line is never lost in a kill. Usable from worker
 * threads too: it writes to the file descriptor itself.
 */
export function createLogger(options: { name: string; level: string; format: LogFormat }): Logger {
  const { name, level, format } = options;
  if (format === 'text') {
    const stream = pretty({
      destination: 1,
      sync: true,
      ignore: 'pid,hostname,name',
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss.l',
    });
    return pino({ name, level }, stream);
  }
  return pino({ name, level }, destination({ fd: 1, sync: true }));
}
