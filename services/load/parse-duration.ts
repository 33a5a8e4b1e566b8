import { UsageError } from '../../shared/command-line/index.js';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
/** A timer takes no more. */
const daysMax = 24;

/** Milliseconds in `30s`, `5m` or `2h`; undefined for `forever`. @throws UsageError */
export function parseDuration(text: string): number | undefined {
  if (text === 'forever') return undefined;
  const [, number = '', unit = ''] = /^(\d{1,7})([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (unitMs[unit] ?? 0);
  if (ms > 0 && ms <= daysMax * 24 * 3_600_000) return ms;
  throw new UsageError(`--duration takes 30s, 5m, 2h (${daysMax} days at most) or forever, not ${text}`);
}
