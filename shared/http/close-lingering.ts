import type { Socket } from 'node:net';

/**
 * Closes a connection on which the client may still be sending. Closed at once, with bytes of it unread, the system would
 * answer with a reset, and the client might lose the answer that lies before it (RFC 9112, section 9.6): so only this
 * side is closed, what comes is thrown away, and the rest follows when the client has closed too, or after `lingerMs`.
 */
export function closeLingering(socket: Socket, lingerMs: number): void {
  const cut = setTimeout(() => {
    socket.destroy();
  }, lingerMs);
  socket.once('close', () => {
    clearTimeout(cut);
  });
  socket.once('end', () => {
    socket.destroySoon();
  });
  socket.end();
  socket.resume();
}
