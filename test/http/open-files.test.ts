import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { serverLimits } from '../../shared/http/index.js';
import { Connections } from '../../shared/http/connections.js';
import { createNodeServer } from '../../shared/http/create-node-server.js';
import { openFilesMax, readOpenFilesMax, withinOpenFiles } from '../../shared/http/open-files.js';
import { RawClient } from '../support/raw-client.js';

const limitsFile = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \n` +
  `Max processes             62987                62987                processes \n` +
  `Max open files            ${soft.padEnd(20)} 1048576              files     \n`;

describe('the files that a process may have open', () => {
  it.each([
    ['1024', 1024],
    ['1048576', 1_048_576],
    ['unlimited', Infinity],
  ])('are read from what the system says: %s', (soft, expected) => {
    expect(readOpenFilesMax(limitsFile(soft))).toBe(expected);
  });

  it('are not guessed from a text that does not say it', () => {
    expect(readOpenFilesMax('')).toBeUndefined();
  });

  it('are known of this one, on whatever system', () => {
    expect(openFilesMax()).toBeGreaterThan(16);
  });

  it.each([
    [1_048_576, 2048, 100],
    [Infinity, 2048, 100],
    [4096, 1948, 100],
    [1024, 461, 51],
    [256, 116, 12],
    [2, 1, 0],
  ])(
    'are for connections by half, at most: of %d, %d and %d that are refused',
    (files, connectionsMax, refusalsMax) => {
      expect(withinOpenFiles(serverLimits, files)).toEqual({ ...serverLimits, connectionsMax, refusalsMax });
    },
  );
});

describe('a server that may have few files open', () => {
  it('has some left when all its connections are taken: a purchase that is let in must find a file to be written to', async () => {
    const filesMax = 96;
    const main = fileURLToPath(new URL('../support/file-opening-server.js', import.meta.url));
    const server = spawn('sh', ['-c', `ulimit -n ${filesMax} && exec "$0" "$1"`, process.execPath, main], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const clients: RawClient[] = [];
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const port = Number(line.toString());
      const first = await RawClient.open(port);
      clients.push(first);
      for (let count = 1; count < filesMax; count += 1) clients.push(await RawClient.open(port));
      const answer = await first.send('GET /open/20 HTTP/1.1\r\nHost: x\r\n\r\n').answer();
      expect(answer).toMatchObject({ status: 200, body: '{"opened":20}' });
    } finally {
      for (const client of clients) client.destroy();
      server.stdin.end();
      await once(server, 'exit');
    }
  });

  it('goes on when the system cannot hand over a connection: there will be others', async () => {
    const serve = () => undefined;
    const server = createNodeServer(serverLimits, new Connections({ limits: serverLimits, serve }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const failure = (code: string) => Object.assign(new Error(`accept ${code}`), { code });
    for (const code of ['EMFILE', 'ENFILE', 'EMFILE']) server.emit('error', failure(code));
    expect(() => server.emit('error', failure('EBADF'))).toThrow('EBADF');
    server.close();
    await once(server, 'close');
  });
});
