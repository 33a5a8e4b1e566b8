/*
 * Watches the space that is left for the data, so that purchases are refused before the file system refuses them: settling,
 * which gives space back, needs some itself.
 *
 * Owns what is known of the space, and the decision whether a purchase may be written. Does not own what is written.
 *
 * 1. It looks once a second. In between, a purchase that is taken is subtracted with all that it will need; when that comes to
 *    half of what was free above the reserve, it looks at once: so a flood cannot run past the reserve.
 * 2. Only a look changes the state, or the disk itself that has said no: whoever listens hears of each change once.
 * 3. It is left with a margin: a disk at the border does not flap.
 * 4. A look that fails changes nothing. It is no reason to refuse purchases, and if the disk is broken the log will say so.
 */
import type { LogClock } from '../../wal/index.js';
import type { DiskStatus } from '../types.js';
import type { Disk, DiskSpace } from './disk.js';

const lookEveryMs = 1000;
const reserveBytesDefault = 64 * 1024 ** 2;
const reservePartDefault = 10;
/** Part of the reserve that must be free beyond it before purchases are taken again. */
const marginPart = 4;
const roomBytesMax = 256 * 1024;
const roomPart = 64;
/** Measured: for each byte in the log the database takes one and a half, and its own log, for a while, as many. */
const databaseFactor = 3;

export interface DiskWatchOptions {
  readonly disk: Disk;
  readonly clock: Pick<LogClock, 'schedule'>;
  /** What is kept free; undefined: the smaller of 64 MiB and a tenth of the file system. */
  readonly reserveBytes: number | undefined;
  /** Bytes in the log that the database has not taken over yet. */
  readonly unprojectedBytes: () => number;
  /** Called at each change of the state, with what is known then; must not throw. */
  readonly onChanged: (status: DiskStatus) => void;
  /** Called when a look fails, once until one succeeds again; must not throw. */
  readonly onUnseen: (error: unknown) => void;
}

/**
 * States:
 * - room: purchases are taken. Left for `reserve` when a look finds less than the reserve.
 * - reserve: purchases are refused. Left when a look finds the reserve and a quarter of it.
 * - full: the disk has refused the log, or the database waits for space: purchases are refused, and nothing is tried in vain.
 *   Entered from any state. Left when nothing waits and a look finds that something can be written.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  #space: DiskSpace = { availableBytes: 0, totalBytes: 0 };
  /** What has been taken on since the last look, and is not to be seen in it. */
  #takenBytes = 0;
  /** Undefined until the first look has succeeded. */
  #reserveBytes: number | undefined;
  #state: DiskStatus['state'] = 'room';
  #databaseWaits = false;
  #unseen = false;
  #looking: Promise<void> | undefined;
  #cancelLook: (() => void) | undefined;
  #stopped = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  /** Looks for the first time, and from then on by itself. */
  start(): Promise<void> {
    return this.#lookNow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLook?.();
    await this.#looking;
  }

  get state(): DiskStatus['state'] {
    return this.#state;
  }

  status(): DiskStatus {
    const { availableBytes, totalBytes } = this.#space;
    const state = this.#state;
    const reserveBytes = this.#reserveBytes ?? 0;
    const resumeBytes = reserveBytes + Math.floor(reserveBytes / marginPart);
    return { availableBytes, totalBytes, reserveBytes, resumeBytes, state, refusing: state !== 'room' };
  }

  /** Whether a purchase of so many bytes may be written; if so, it is counted as taken. */
  take(bytes: number): boolean {
    if (this.#state !== 'room') return false;
    const reserve = this.#reserve;
    if (reserve === 0) return true;
    const free = this.#space.availableBytes - reserve;
    const taken = this.#takenBytes + bytes * (1 + databaseFactor);
    // Invariant 1. The look that is due decides; until then there is no more to give out.
    if (taken > free / 2) void this.#lookNow();
    if (taken > free) return false;
    this.#takenBytes = taken;
    return true;
  }

  /** Tells that the disk has refused the log for want of space. */
  refused(): void {
    this.#enter('full');
  }

  /** Tells that the database waits for space, or waits no more. */
  databaseWaits(waits: boolean): void {
    this.#databaseWaits = waits;
    if (waits) this.#enter('full');
    else void this.#lookNow();
  }

  /** Whether there is room for anything at all, tried out. A disk that fails in yet another way is not full. */
  hasRoom(): Promise<boolean> {
    return this.#options.disk.hasRoomFor(this.#roomBytes).catch(() => true);
  }

  get #roomBytes(): number {
    return Math.max(1, Math.min(roomBytesMax, Math.floor(this.#space.totalBytes / roomPart)));
  }

  /** Where the file system does not say how large it is, what it says of the rest means nothing. */
  get #reserve(): number {
    return this.#space.totalBytes > 0 ? (this.#reserveBytes ?? 0) : 0;
  }

  #lookNow(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    this.#cancelLook?.();
    try {
      const takenBefore = this.#takenBytes;
      const space = await this.#options.disk.space();
      // Of what was taken before, the log's part is to be seen by now, but not what the database will need for it.
      this.#takenBytes += this.#options.unprojectedBytes() * databaseFactor - takenBefore;
      this.#space = space;
      if (this.#reserveBytes === undefined) await this.#begin(space);
      await this.#judge();
      this.#unseen = false;
    } catch (error) {
      if (!this.#unseen) this.#options.onUnseen(error);
      this.#unseen = true;
    }
    if (!this.#stopped) this.#cancelLook = this.#options.clock.schedule(lookEveryMs, () => void this.#lookNow());
  }

  async #begin({ totalBytes }: DiskSpace): Promise<void> {
    const reserveDefault = Math.min(reserveBytesDefault, Math.floor(totalBytes / reservePartDefault));
    this.#reserveBytes = this.#options.reserveBytes ?? reserveDefault;
    // Nobody has asked the disk yet, and customers should not be the first to do so.
    if (!(await this.hasRoom())) this.#enter('full');
  }

  async #judge(): Promise<void> {
    if (this.#state === 'full' && (this.#databaseWaits || !(await this.hasRoom()) || this.#stillWaits())) return;
    const { availableBytes } = this.#space;
    const margin = this.#state === 'room' ? 0 : Math.floor(this.#reserve / marginPart);
    this.#enter(availableBytes < this.#reserve + margin ? 'reserve' : 'room');
  }

  /** The database may have begun to wait while it was tried whether there is room. */
  #stillWaits(): boolean {
    return this.#databaseWaits;
  }

  #enter(state: DiskStatus['state']): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onChanged(this.status());
  }
}
