import type { PurchaseEvent } from '../../shared/purchase/index.js';

import type { Posting } from './types.js';

/** A sale on account: the customer owes what sales have earned. */
export function purchasePosting(event: PurchaseEvent): Posting {
  const { id, sequence, currency, total } = event.data;
  return {
    purchaseId: id,
    sequence,
    currency,
    lines: [
      { account: 'accounts-receivable', debit: total, credit: 0 },
      { account: 'sales', debit: 0, credit: total },
    ],
  };
}
