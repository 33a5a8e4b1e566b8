import type { BacklogStatus } from '../../shared/journal/index.js';

/** What a person is told when purchases begin to be refused because of the backlog, and when they are taken again. */
export function describeBacklog({ refusing, bytes, bytesMax, resumeBytes }: BacklogStatus): string {
  if (!refusing) return `the backlog has come down to ${mebibytes(bytes)}: purchases are accepted`;
  return (
    `destinations have ${mebibytes(bytes)} to confirm, and no more than ${mebibytes(bytesMax)} may wait for them ` +
    `(BACKLOG_BYTES_MAX): look why deliveries wait (GET /status); purchases are refused until it is ${mebibytes(resumeBytes)}, ` +
    'and the checkout goes on by itself'
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
