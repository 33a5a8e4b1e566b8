import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { Connection, type ConnectionSurroundings } from './connection.js';
import { problems } from './problems.js';
import type { ServerLimits } from './server-limits.js';

/**
 * The connections of a server, at most so many at the same time.
 *
 * One beyond that takes the place of the one that has kept the service waiting for the longest: between requests, in the middle
 * of one that comes slowly, or in front of an answer that it does not read. So clients that hold connections and do nothing
 * keep nobody out. None is taken from a client whose request is being worked on, nor from one that came just now: where there
 * are only those, the new one is answered with 503 and closed, and beyond some that are being told so, it is just closed.
 */
export class Connections {
  readonly #limits: ServerLimits;
  readonly #surroundings: ConnectionSurroundings;
  readonly #known = new WeakMap<Duplex, Connection>();
  readonly #open = new Set<Connection>();
  /** Those of them that count. */
  readonly #served = new Set<Connection>();

  constructor(surroundings: ConnectionSurroundings) {
    this.#limits = surroundings.limits;
    this.#surroundings = surroundings;
  }

  /** Takes a connection that was opened. */
  open(socket: Socket): void {
    const connection = new Connection(socket, this.#surroundings);
    this.#known.set(socket, connection);
    this.#open.add(connection);
    socket.once('close', () => {
      this.#open.delete(connection);
      this.#served.delete(connection);
    });
    if (this.#served.size >= this.#limits.connectionsMax && !this.#makeRoom()) {
      const problem = problems.notReady('Too many clients at once. Nothing was written: try again later.', 1);
      connection.endWithProblem(problem);
      return;
    }
    this.#served.add(connection);
  }

  /** Ends each as soon as it owes no answer, most of them now. */
  leave(): void {
    for (const connection of this.#open) connection.leave();
  }

  /** Ends all of them now, whatever they owe. */
  cut(): void {
    for (const { socket } of this.#open) socket.destroy();
  }

  of(socket: Duplex): Connection | undefined {
    return this.#known.get(socket);
  }

  /** Whether a connection was ended for another. */
  #makeRoom(): boolean {
    let longest: { connection: Connection; since: number } | undefined;
    for (const connection of this.#served) {
      const since = connection.waitsSince;
      if (since !== undefined && since < (longest?.since ?? Infinity)) longest = { connection, since };
    }
    if (!longest || performance.now() - longest.since < this.#limits.connectionGraceMs) return false;
    this.#served.delete(longest.connection);
    longest.connection.makeRoom();
    return true;
  }
}
