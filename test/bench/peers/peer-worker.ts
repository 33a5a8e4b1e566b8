/*
 * A peer's worker, as a process: takes a WorkerTask, says when it is ready, delivers from when it is told to start, and stops when
 * it is told to, or when the process that started it is gone. In the end it tells what is left.
 */
import { once } from 'node:events';

import type { Told, WorkerTask } from './messages.js';
import { openPosts } from './posts.js';
import { entrantNamed } from './roster.js';

const { peer: name, address, destinations, together } = JSON.parse(process.argv[2] ?? '') as WorkerTask;
const posts = openPosts(destinations, together);
const peer = await entrantNamed(name).load();
const delivery = await peer.openDelivery(address, posts, together);
const gone = once(process, 'disconnect').then(() => process.exit());
const tell = (told: Told) => process.send?.(told);
const nextOrder = () => Promise.race([once(process, 'message'), gone]);

tell({ ready: true });
await nextOrder();
delivery.start();
await nextOrder();
await delivery.stop();
tell({ remaining: await delivery.remaining() });
await delivery.close();
await posts.close();
process.exit();
