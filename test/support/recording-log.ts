import type { OutboxLog } from '../../shared/outbox/types.js';

/** Remembers what people would have been told. */
export class RecordingLog implements OutboxLog {
  readonly lines: { level: 'info' | 'warn' | 'error'; fields: object; message: string }[] = [];

  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }
  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }
  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }

  levels(): string[] {
    return this.lines.map(({ level }) => level);
  }
}
