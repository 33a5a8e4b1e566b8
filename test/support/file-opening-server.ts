import { closeSync, openSync } from 'node:fs';

import { createApp, listen } from '../../shared/http/index.js';

/*
 * A process of its own, so that it can have a limit of its own: tells its port, and opens as many files as it is asked to. It ends
 * when its standard input does.
 */
const app = createApp({ error: () => undefined }, (routes) => {
  routes.route('/open/:count').get((request, response) => {
    const opened = Array.from({ length: Number(request.params.count) }, () => openSync(process.execPath, 'r'));
    for (const file of opened) closeSync(file);
    response.json({ opened: opened.length });
  });
});
const server = await listen(app, { host: '127.0.0.1', port: 0 });
process.stdout.write(`${server.port}\n`);
process.stdin.resume().once('end', () => {
  void server.stop(0);
});
