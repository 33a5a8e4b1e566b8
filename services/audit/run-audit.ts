import { setTimeout as sleep } from 'node:timers/promises';

import { auditShop, type AcknowledgedPurchases, type AuditReport } from '../../shared/audit/index.js';
import { readableCount, type LiveLine } from '../../shared/command-line/index.js';
import { receivers, type ShopClient } from '../../shared/shop-client/index.js';
import type { AuditCommand } from './parse-command.js';
import { Repair } from './repair.js';

const pauseMs = 250;
/** What is delivered again is waited for at least so long. */
const repairMsMin = 60_000;

export interface Audited {
  readonly report: AuditReport;
  /** What was repaired before it; undefined: nothing was to be. */
  readonly repair: Repair | undefined;
}

export interface AuditSurroundings {
  readonly shop: ShopClient;
  readonly acknowledged: AcknowledgedPurchases | undefined;
  readonly line: LiveLine;
  readonly interrupted: AbortSignal;
}

/** Audits; where it was asked to, has delivered again what is missing, and audits once more. */
export async function runAudit(command: AuditCommand, surroundings: AuditSurroundings): Promise<Audited> {
  const { shop, interrupted } = surroundings;
  if (!command.repair)
    return { report: await settledAudit(command, surroundings, command.settleMs), repair: undefined };
  const repair = new Repair(shop, interrupted);
  const before = await audit(command, surroundings, repair);
  if (receivers.every((receiver) => before[receiver].kinds.missing.count === 0)) return { report: before, repair };
  return { report: await settledAudit(command, surroundings, Math.max(command.settleMs, repairMsMin)), repair };
}

/** Audits again until nothing is in flight any more, or the time is over. */
async function settledAudit(command: AuditCommand, surroundings: AuditSurroundings, ms: number): Promise<AuditReport> {
  const deadline = performance.now() + ms;
  for (;;) {
    const report = await audit(command, surroundings);
    const inFlight = receivers.some((receiver) => report[receiver].kinds.inFlight.count > 0);
    if (!inFlight || performance.now() >= deadline) return report;
    await sleep(pauseMs, undefined, { signal: surroundings.interrupted });
  }
}

async function audit(command: AuditCommand, surroundings: AuditSurroundings, repair?: Repair): Promise<AuditReport> {
  const { shop, acknowledged, line, interrupted } = surroundings;
  const startedAt = performance.now();
  const report = await auditShop(shop, {
    ...{ signal: interrupted, firstMax: command.firstMax },
    ...(acknowledged && { acknowledged }),
    ...(repair && { onMissing: (receiver, sequences) => repair.redeliver(receiver, sequences) }),
    onProgress: (done, end) => {
      const perSecond = (1000 * done) / (performance.now() - startedAt);
      line.show(`audit: ${readableCount(done)} of ${readableCount(end)}, ${readableCount(Math.round(perSecond))}/s`);
    },
  });
  line.end();
  return report;
}
