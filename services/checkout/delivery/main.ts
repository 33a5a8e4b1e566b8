import { parentPort, workerData } from 'node:worker_threads';

import { composeDelivery, type DeliveryThreadOptions } from './compose.js';
import { answer, type ControlCall, type ControlReply } from './delivery-control.js';

if (!parentPort) throw new Error('this runs as a worker thread of the checkout');
const parent = parentPort;

const control = await composeDelivery(workerData as DeliveryThreadOptions);

parent.on('message', (call: ControlCall) => {
  const reply = (outcome: Omit<ControlReply, 'id'>) => {
    parent.postMessage({ id: call.id, ...outcome });
    // Nothing is left to do: the thread ends when its last port is closed.
    if (call.method === 'stop') parent.close();
  };
  answer(control, call).then(
    (result) => {
      reply({ result });
    },
    (error: unknown) => {
      reply({ error: error instanceof Error ? error.message : String(error) });
    },
  );
});
