import type { DiskStatus } from '../../shared/journal/index.js';

/** What a person is told when purchases begin to be refused for want of space, and when they are taken again. */
export function describeDisk({ state, availableBytes, reserveBytes }: DiskStatus, directory: string): string {
  const disk = `the disk that holds DATA_DIR (${directory})`;
  const refused = 'purchases are refused meanwhile, and the checkout goes on by itself';
  switch (state) {
    case 'full':
      return `${disk} is full: free some space; ${refused}`;
    case 'reserve':
      return (
        `${disk} has ${mebibytes(availableBytes)} left, and ${mebibytes(reserveBytes)} are kept free (DISK_RESERVE_BYTES) so ` +
        `that deliveries go on and give space back: free some space, or look why deliveries wait; ${refused}`
      );
    case 'room':
      return `${disk} has space again, ${mebibytes(availableBytes)}: purchases are accepted`;
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
