import { Router } from 'express';

import { notesOf, problems } from '../../shared/http/index.js';

import type { LedgerStore } from './ledger-store.js';
import type { TrialBalance } from './trial-balance.js';

/** What can be asked of finance. */
export function financeRoutes(ledger: LedgerStore, balance: TrialBalance): Router {
  const router = Router();
  router.route('/entries/:purchaseId').get((request, response) => {
    const posting = ledger.findPosting(request.params.purchaseId);
    if (!posting) throw problems.notFound('Finance has not received this purchase.');
    notesOf(response).id = request.params.purchaseId;
    response.json(posting);
  });
  router.route('/summary').get(async (_request, response) => {
    response.json(await balance.summary());
  });
  return router;
}
