import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { closeLingering } from './close-lingering.js';
import type { Problem } from './problem.js';
import { problems } from './problems.js';
import { notesOf } from './request-notes.js';
import type { RequestObserver } from './request-observer.js';
import type { ServerLimits } from './server-limits.js';
import { requestOfUnknownMethod, type ParserError } from './unknown-method.js';
import { describeUnreadable } from './describe-unreadable.js';
import { rawProblem, writeProblem } from './write-problem.js';

/** A request and the place for its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What is wrong with it already. */
  readonly refusal?: Problem | undefined;
}

/** What all connections of a server have in common. */
export interface ConnectionSurroundings {
  readonly limits: ServerLimits;
  /** Answers one request. */
  readonly serve: (exchange: Exchange) => void;
  /** Hears of what could not be served. */
  readonly observer?: RequestObserver | undefined;
}

/**
 * One connection: the order of its requests, and its end. Owns what Node leaves open; the parser, the time-outs and the writing are
 * Node's.
 *
 * C1. Its requests are served one after the other, as RFC 9112 wants it where they are not all safe: one that is sent behind a
 *     purchase sees it, and a flood of requests costs what one costs.
 * C2. What cannot be read is answered after all that came before it, once, and never in the place of another answer: a purchase
 *     that is being written is not told "malformed, nothing was written" because of what came behind it.
 * C3. When an answer was given before its request had come to its end, the connection ends with it, in a way that lets the
 *     client read the answer.
 *     So it does if little is still to come, as far as that can be told, and it does not come soon.
 * C4. Nothing is begun when no answer can be given any more: a purchase that waited behind an answer that ended the connection is
 *     not written.
 * C5. Once the server leaves, a connection lives until it owes no answer, and no longer.
 */
export class Connection {
  readonly socket: Socket;
  readonly #surroundings: ConnectionSurroundings;
  readonly #limits: ServerLimits;
  readonly #waiting: Exchange[] = [];
  /** How long the client is given to read the last answer. */
  #lingerMs: number;
  #latest: Exchange | undefined;
  /** Whether the latest has not been answered to the end. */
  #busy = false;
  #unreadable: ParserError | undefined;
  /** Runs while the rest of a request is waited for that has been answered. */
  #rest: NodeJS.Timeout | undefined;
  /** Whether the server leaves. */
  #leaving = false;
  /** When the client began to be waited for, as `performance.now()` has it. */
  #since = performance.now();
  /** What had been received by then. */
  #bytesBefore = 0;

  constructor(socket: Socket, surroundings: ConnectionSurroundings) {
    const { limits } = surroundings;
    this.socket = socket;
    this.#surroundings = surroundings;
    this.#limits = limits;
    this.#lingerMs = limits.lingerMs;
    socket.once('close', () => {
      clearTimeout(this.#rest);
    });
    const destroySoon = socket.destroySoon.bind(socket);
    // Node ends with this what it was told to end with an answer. (C3)
    socket.destroySoon = () => {
      if (this.#latest?.request.complete === false && socket.writable) closeLingering(socket, this.#lingerMs);
      else destroySoon();
    };
  }

  /** Since when nothing can be done here but wait for the client, or undefined. */
  get waitsSince(): number | undefined {
    const owed = this.#busy && this.#latest?.request.complete === true && !this.#latest.response.writableEnded;
    return owed ? undefined : this.#since;
  }

  /** Takes a request, to be served when those before it are answered. */
  arrive(exchange: Exchange): void {
    // What comes behind the last answer is thrown away.
    if (!this.socket.writable) return;
    if (!this.#busy) this.#begin(exchange);
    else if (this.#waiting.push(exchange) > this.#limits.pipelinedMax) this.socket.destroy();
  }

  /** Takes a request behind which Node reads nothing on this connection any more. */
  arriveLast(request: IncomingMessage): void {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.once('finish', () => {
      closeLingering(this.socket, this.#lingerMs);
    });
    this.arrive({ request, response });
  }

  /** Hears that the bytes that come are no request, or come too slowly. */
  unreadable(error: ParserError): void {
    if (error.code === 'ECONNRESET' || !this.socket.writable) {
      this.socket.destroy();
      return;
    }
    // Node says it again for all that follows.
    if (this.#unreadable) return;
    this.#unreadable = error;
    const last = this.#waiting.at(-1) ?? this.#latest;
    if (last && !last.request.complete) this.#breakOff(last, describeUnreadable(error));
    else if (!this.#busy) this.#endWith(error);
  }

  /** Hears that nothing has moved for a while. */
  silent(): void {
    const owed = this.#busy && this.#latest?.response.writableEnded === false;
    // A client that has closed its side and hears nothing for so long is most likely gone.
    if (!owed || this.socket.readableEnded) this.socket.destroy();
    else this.socket.setTimeout(this.#limits.silenceMsMax);
  }

  /** Ends it because others wait for its place. */
  makeRoom(): void {
    // One that lingered would still take a place in the system, and some of those would keep everyone out.
    this.#lingerMs = 0;
    const problem = problems.malformedRequest(408, 'Too many clients wait: send the request without a pause.');
    if (this.#busy && this.#latest) this.#breakOff(this.#latest, problem);
    else this.#lastWord(problem);
  }

  /** Ends it as soon as it owes no answer, because the server leaves. */
  leave(): void {
    this.#leaving = true;
    if (!this.#busy) this.#end();
    // What is here already is told that the server leaves; what is still to be sent would be sent for nothing.
    else if (this.#waiting.length === 0 && this.#latest) this.#latest.response.shouldKeepAlive = false;
  }

  /** Says why nothing is served here, and ends. */
  endWithProblem(problem: Problem): void {
    const requestId = this.#surroundings.observer?.unreadable(problem.status);
    this.socket.write(rawProblem(problem, requestId));
    closeLingering(this.socket, this.#lingerMs);
  }

  #begin(exchange: Exchange): void {
    this.#latest = exchange;
    this.#busy = true;
    this.#since = performance.now();
    const { response } = exchange;
    response.once('finish', this.#finished);
    if (response.socket === null) response.assignSocket(this.socket);
    this.#surroundings.serve(exchange);
  }

  readonly #finished = (): void => {
    this.#busy = false;
    this.#since = performance.now();
    this.#bytesBefore = this.socket.bytesRead;
    // Node also calls an answer finished that was thrown away with its socket.
    if (this.socket.destroyed && this.#latest) notesOf(this.#latest.response).cut = true;
    const next = this.socket.writable ? this.#waiting.shift() : undefined; // C4
    if (next) this.#begin(next);
    else if (this.#unreadable && this.#latest?.request.complete) this.#endWith(this.#unreadable);
    else if (this.#leaving)
      this.#end(); // C5
    else if (this.#latest?.request.complete === false) this.#awaitRest(this.#latest.request);
  };

  /** Gives the client as long to send what nobody waits for as it would have if the connection were closed. (C3) */
  #awaitRest(request: IncomingMessage): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      if (!request.complete) this.#end();
    }, this.#limits.lingerMs);
  }

  #end(): void {
    // One that lingers gives its client the time to read an answer.
    if (this.socket.writable) this.socket.destroySoon();
  }

  /** Ends a request of which the rest will not come. */
  #breakOff(exchange: Exchange, problem: Problem): void {
    const { response } = exchange;
    if (exchange !== this.#latest) {
      this.#waiting.splice(-1, 1, { ...exchange, refusal: problem });
    } else if (response.headersSent) {
      this.socket.destroy();
    } else {
      response.shouldKeepAlive = false;
      writeProblem(response, problem);
    }
  }

  #endWith(error: ParserError): void {
    const request = requestOfUnknownMethod(error, this.socket);
    if (request) this.arriveLast(request);
    else this.#lastWord(describeUnreadable(error));
  }

  #lastWord(problem: Problem): void {
    // Who has sent nothing has asked nothing, and might take it for the answer to what it is just sending.
    if (problem.status === 408 && this.socket.bytesRead === this.#bytesBefore) this.socket.destroy();
    else this.endWithProblem(problem);
  }
}
