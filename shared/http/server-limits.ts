/** What a client may take of the server: time, connections, bytes. Bodies have limits of their own, by route. */
export interface ServerLimits {
  /** Bytes of the request line and all headers together; beyond: 431. */
  readonly headersBytesMax: number;
  /** Header lines; beyond: 431. */
  readonly headersMax: number;
  /** From the connection, or the first byte of a later request, to the end of the headers; beyond: 408. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last; beyond: 408. */
  readonly requestTimeoutMs: number;
  /** Between an answer and the next request; then the connection is closed. */
  readonly keepAliveTimeoutMs: number;
  /** During which nothing moves on a connection that the service owes no answer; then it is cut: nobody reads there. */
  readonly silenceMsMax: number;
  /** Connections that are served at the same time; what happens beyond is said in `connections.ts`. */
  readonly connectionsMax: number;
  /** What a connection is given to send something, before it must make room for another. */
  readonly connectionGraceMs: number;
  /** Connections beyond those that are told so; further ones are closed without a word. */
  readonly refusalsMax: number;
  /** Requests that wait on one connection for the answers to those before them; beyond: it is cut. */
  readonly pipelinedMax: number;
  /** For which what a client still sends is thrown away after its answer, so that it comes to read it. */
  readonly lingerMs: number;
  /** How often the two time-outs of a request are looked at; Node's own 30 seconds would make them two to four times as long. */
  readonly timeoutsCheckedEveryMs: number;
}

/** In force unless told otherwise. */
export const serverLimits: ServerLimits = Object.freeze({
  headersBytesMax: 16 * 1024,
  headersMax: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  silenceMsMax: 30_000,
  connectionsMax: 2048,
  connectionGraceMs: 1_000,
  refusalsMax: 100,
  pipelinedMax: 64,
  lingerMs: 2_000,
  timeoutsCheckedEveryMs: 1_000,
});
