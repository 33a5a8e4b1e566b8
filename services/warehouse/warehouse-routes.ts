import { Router } from 'express';

import { notesOf, problems } from '../../shared/http/index.js';

import type { WarehouseStore } from './warehouse-store.js';

/** What can be asked of the warehouse. */
export function warehouseRoutes(store: WarehouseStore): Router {
  const router = Router();
  router.route('/reservations/:purchaseId').get((request, response) => {
    const reservation = store.findReservation(request.params.purchaseId);
    if (!reservation) throw problems.notFound('The warehouse has not received this purchase.');
    notesOf(response).id = request.params.purchaseId;
    response.json(reservation);
  });
  router.route('/summary').get((_request, response) => {
    response.json(store.summary());
  });
  return router;
}
