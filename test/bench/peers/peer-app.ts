/*
 * The checkout's own app over a peer, as a process: takes an AppTask, says when it is ready, and stops when it is told to, or when
 * the process that started it is gone.
 */
import { once } from 'node:events';

import { serveCheckout } from '../serve-checkout.js';
import type { AppTask, Told } from './messages.js';
import { entrantNamed } from './roster.js';

const stopDeadlineMs = 5_000;

const { peer: name, address, port } = JSON.parse(process.argv[2] ?? '') as AppTask;
const peer = await entrantNamed(name).load();
const store = await peer.openStore(address);
const listening = await serveCheckout((record) => store.keep(record), port);
const over = Promise.race([once(process, 'message'), once(process, 'disconnect')]);
process.send?.({ ready: true } satisfies Told);

await over;
await listening.stop(stopDeadlineMs);
await store.close();
process.exit();
