import { createServer, type AddressInfo, type Server } from 'node:net';

/** A TCP port of the loopback address that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = await hold();
  const { port } = server.address() as AddressInfo;
  await release(server);
  return port;
}

/** One such port for each name. They differ: asked for one after the other, the system may give the same one twice. */
export async function freePorts<Name extends string>(...names: Name[]): Promise<Record<Name, number>> {
  const servers = await Promise.all(names.map(hold));
  const ports = names.map((name, index) => [name, (servers[index]?.address() as AddressInfo).port]);
  await Promise.all(servers.map(release));
  return Object.fromEntries(ports) as Record<Name, number>;
}

function hold(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function release(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}
