import { receivers, type CheckoutStatus, type ReceiverName, type ShopClient } from '../shop-client/index.js';
import { AcknowledgedAudit } from './acknowledged-audit.js';
import type { AcknowledgedPurchases } from './acknowledged-purchases.js';
import { checkoutBlocks } from './checkout-blocks.js';
import { CannotAuditError } from './errors.js';
import { patiently } from './patiently.js';
import { ReceiverAudit, type Block, type ReceiverAuditOptions } from './receiver-audit.js';
import { KindTally, MoneyTally } from './tally.js';
import type { AuditReport, Disagreement, ReceiverReport } from './types.js';

const firstMaxByDefault = 5;
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
}

/**
 * Compares the books of the checkout, the warehouse and finance entry by entry, in sequence order, over what they answer to an
 * admin. It holds a few pages of each, however long the books are, and they may grow meanwhile: it judges what was in the log when
 * it began. A service that is down is waited for, for 15 seconds.
 *
 * @throws CannotAuditError when nobody answers; what `signal` was aborted with
 */
export async function auditShop(shop: ShopClient, options: AuditOptions = {}): Promise<AuditReport> {
  const { signal, firstMax = firstMaxByDefault } = options;
  const ask = (): Promise<CheckoutStatus> => patiently(() => shop.status(), signal);
  const { log, recovery, destinations } = await ask();
  for (const receiver of receivers) {
    if (!destinations[receiver]) throw new CannotAuditError(`the checkout has no destination called ${receiver}`);
  }
  const [end, { unknownBefore }] = [log.durableSequence, recovery];
  const common = { shop, firstMax, unknownBefore, signal, onMissing: options.onMissing };
  const checkout = new CheckoutTally(common);
  const told = options.acknowledged && new AcknowledgedAudit(options.acknowledged, common);
  const audits = { warehouse: receiverAudit('warehouse', common), finance: receiverAudit('finance', common) };
  for await (const block of checkoutBlocks(shop, end, signal)) {
    signal?.throwIfAborted();
    checkout.add(block);
    told?.judge(block);
    await Promise.all(receivers.map((receiver) => audits[receiver].judge(block)));
    options.onProgress?.(block.last, end);
  }
  told?.judgeRest();
  for (const receiver of receivers) await audits[receiver].judgeRest(async () => (await ask()).log.durableSequence);
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

function receiverAudit(receiver: ReceiverName, common: Omit<ReceiverAuditOptions, 'receiver'>): ReceiverAudit {
  return new ReceiverAudit({ ...common, receiver });
}

function disagreementsIn({ kinds }: ReceiverReport) {
  return disagreements.map((kind) => kinds[kind]);
}

function isNone({ count }: { readonly count: number }): boolean {
  return count === 0;
}

/** The checkout's own book. */
class CheckoutTally {
  readonly gaps: KindTally;
  readonly #unknownBefore: number;
  readonly #money = new MoneyTally();
  purchases = 0;

  constructor({ firstMax, unknownBefore }: { readonly firstMax: number; readonly unknownBefore: number }) {
    this.gaps = new KindTally(firstMax);
    this.#unknownBefore = unknownBefore;
  }

  get money() {
    return this.#money.money;
  }

  add({ after, last, purchases }: Block): void {
    this.purchases += purchases.length;
    this.#money.add(purchases);
    let expected = after + 1;
    for (const { sequence } of [...purchases, { sequence: last + 1 }]) {
      for (; expected < sequence; expected += 1) {
        if (expected > this.#unknownBefore) this.gaps.add({ sequence: expected, id: '' }, 'not in its list');
      }
      expected = sequence + 1;
    }
  }
}
