import type { Disk, DiskSpace } from '../../shared/journal/local/disk.js';

/** A disk whose space is what a test says. */
export class FakeDisk implements Disk {
  availableBytes: number;
  totalBytes: number;
  /** What it takes when it is tried. */
  roomBytes = Infinity;
  /** Thrown by every look while set. */
  failure: Error | undefined;
  /** Awaited by every look while set. */
  looking: Promise<void> | undefined;
  /** Looks so far. */
  looks = 0;

  constructor(availableBytes = 1e12, totalBytes = 2e12) {
    this.availableBytes = availableBytes;
    this.totalBytes = totalBytes;
  }

  async space(): Promise<DiskSpace> {
    this.looks += 1;
    await this.looking;
    if (this.failure) throw this.failure;
    return { availableBytes: this.availableBytes, totalBytes: this.totalBytes };
  }

  hasRoomFor(bytes: number): Promise<boolean> {
    return Promise.resolve(bytes <= this.roomBytes);
  }
}
