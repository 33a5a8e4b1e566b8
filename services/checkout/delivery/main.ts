import { parentPort } from 'node:worker_threads';

import { composeDelivery, type DeliveryThreadOptions } from './compose.js';
import { answer, type ControlCall, type ControlReply, type DeliveryControl } from './delivery-control.js';

if (!parentPort) throw new Error('this runs as a worker thread of the checkout');
const parent = parentPort;

parent.once('message', (options: DeliveryThreadOptions) => {
  const control = composeDelivery(options);
  // What goes wrong in opening is told over the journal's own link, in words that say what to do.
  control.catch(() => {
    parent.close();
  });
  parent.on('message', (call: ControlCall) => {
    void reply(control, call);
  });
});

async function reply(opening: Promise<DeliveryControl>, call: ControlCall): Promise<void> {
  let outcome: Omit<ControlReply, 'id'>;
  try {
    outcome = { result: await answer(await opening, call) };
  } catch (error) {
    outcome = { error: error instanceof Error ? error.message : String(error) };
  }
  parent.postMessage({ id: call.id, ...outcome });
  // Nothing is left to do: the thread ends when its last port is closed.
  if (call.method === 'stop') parent.close();
}
