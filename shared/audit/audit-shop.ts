import { receivers, type CheckoutStatus, type ReceiverName } from '../shop-client/index.js';
import { AcknowledgedAudit } from './acknowledged-audit.js';
import type { AcknowledgedPurchases } from './acknowledged-purchases.js';
import { checkoutBlocks } from './checkout-blocks.js';
import { CheckoutTally } from './checkout-tally.js';
import { steadyClock, type Clock } from './clock.js';
import { CannotAuditError } from './errors.js';
import { PatientShop, type AuditedShop } from './patient-shop.js';
import { ReceiverAudit } from './receiver-audit.js';
import type { AuditReport, Disagreement, ReceiverReport } from './types.js';

const defaults = { firstMax: 5, pageMax: 1000, clock: steadyClock };
const disagreements: readonly Disagreement[] = ['missing', 'surplus', 'duplicated', 'amountDiffers'];

export interface AuditOptions {
  readonly signal?: AbortSignal;
  /** How many of each kind are named; 5 without it. */
  readonly firstMax?: number;
  /** What customers were told; all of it before the audit begins. */
  readonly acknowledged?: AcknowledgedPurchases;
  /** Told how far it is, block by block. */
  readonly onProgress?: (done: number, end: number) => void;
  readonly onMissing?: (receiver: ReceiverName, sequences: readonly number[]) => Promise<void>;
  /** Entries that are asked for at a time; 1000 without it, and that is as many as the services give. */
  readonly pageMax?: number;
  /** What it waits by. */
  readonly clock?: Clock;
}

/**
 * Compares the books of the checkout, the warehouse and finance entry by entry, in sequence order, over what they answer to an
 * admin. It holds a few pages of each, however long the books are, and they may grow meanwhile: it judges what was in the log when
 * it began. A service that is down is waited for, for 15 seconds. Nothing is asked any more once it has returned or thrown.
 *
 * @throws CannotAuditError when nobody answers, or not as a shop does; what `signal` was aborted with
 */
export async function auditShop(shop: AuditedShop, options: AuditOptions = {}): Promise<AuditReport> {
  const { pageMax, clock } = { ...defaults, ...options };
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    return await audit(new PatientShop({ shop, pageMax, signal, clock }), options);
  } finally {
    // For what was asked ahead of time, and by the other receiver's half.
    over.abort();
  }
}

async function audit(shop: PatientShop, options: AuditOptions): Promise<AuditReport> {
  const { firstMax = defaults.firstMax, acknowledged: customers, onProgress } = options;
  const status = await shop.status();
  const [end, unknownBefore] = [status.log.durableSequence, status.recovery.unknownBefore];
  const common = { shop, firstMax, unknownBefore, onMissing: options.onMissing };
  const receiverAudit = (receiver: ReceiverName) =>
    new ReceiverAudit({ ...common, receiver, owedAfter: owedAfter(status, receiver) });
  const checkout = new CheckoutTally(common);
  const told = customers && new AcknowledgedAudit(customers, common);
  const audits = { warehouse: receiverAudit('warehouse'), finance: receiverAudit('finance') };
  for await (const block of checkoutBlocks(shop, end)) {
    checkout.add(block);
    told?.judge(block);
    await Promise.all(receivers.map((receiver) => audits[receiver].judge(block)));
    onProgress?.(block.last, end);
  }
  told?.judgeRest();
  for (const receiver of receivers) {
    await audits[receiver].judgeRest(async () => (await shop.status()).log.durableSequence);
  }
  requireSameBook(status, await shop.status());
  const reports = { warehouse: audits.warehouse.report, finance: audits.finance.report };
  const acknowledged = told?.report;
  const gaps = checkout.gaps.kind;
  const faults = [gaps, ...(acknowledged ? [acknowledged.lost, acknowledged.differs] : [])];
  return {
    ...{ end, checkout: { purchases: checkout.purchases, money: checkout.money, gaps }, ...reports, acknowledged },
    agrees: [...faults, ...receivers.flatMap((receiver) => disagreementsIn(reports[receiver]))].every(isNone),
    settled: receivers.every(
      (receiver) => isNone(reports[receiver].kinds.inFlight) && isNone(reports[receiver].kinds.parked),
    ),
  };
}

/** @throws CannotAuditError when the checkout never heard of it */
function owedAfter({ destinations }: CheckoutStatus, receiver: ReceiverName): number {
  const destination = destinations[receiver];
  if (!destination) throw new CannotAuditError(`the checkout has no destination called ${receiver}`);
  return destination.state === 'removed' ? Infinity : destination.cursor;
}

/** One that lost its database halfway does not know any more what it was asked about before. @throws CannotAuditError */
function requireSameBook({ recovery: before }: CheckoutStatus, { recovery: after }: CheckoutStatus): void {
  if (after.unknownBefore === before.unknownBefore) return;
  throw new CannotAuditError(
    `the checkout lost what it knew of purchases up to ${after.unknownBefore} while it was audited: audit again`,
  );
}

function disagreementsIn({ kinds }: ReceiverReport) {
  return disagreements.map((kind) => kinds[kind]);
}

function isNone({ count }: { readonly count: number }): boolean {
  return count === 0;
}
