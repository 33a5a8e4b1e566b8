import type { AuditReport } from '../../shared/audit/index.js';
import type { Repair } from './repair.js';

/** The report as one JSON object; sums are digits in strings, since a number may be too small for them. */
export function reportJson(report: AuditReport, repair: Repair | undefined): string {
  const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  return `${JSON.stringify({ ...report, ...(repair && { repair: repair.report }) }, plain)}\n`;
}
