import { createHash } from 'node:crypto';

/** Disks promise no more than a sector at a time. */
export const sectorBytesDefault = 512;

interface Written {
  readonly kind: 'write';
  readonly position: number;
  readonly bytes: Buffer;
}

interface Truncated {
  readonly kind: 'truncate';
  readonly length: number;
}

/** One change since the last sync. A write is cut at the sectors, each of which has a fate of its own. */
interface Change {
  readonly what: Written | Truncated;
  /**
   * - `pending`: seen by processes; the next sync makes it certain.
   * - `stuck`: its sync failed, after which Linux takes it for clean: no later sync writes it, and nobody knows what is on disk.
   * - `certain`: synced, but behind a change that is stuck.
   */
  state: 'pending' | 'stuck' | 'certain';
}

/** What a power cut made of one sector of a write, or of a truncation (which is kept or lost). */
export type Fate = 'kept' | 'lost' | 'garbled' | 'zeroed';

const fatesOfTruncation: readonly Fate[] = ['kept', 'lost'];
const fatesOfZeros: readonly Fate[] = ['kept', 'lost', 'garbled'];
const fatesOfBytes: readonly Fate[] = ['kept', 'lost', 'garbled', 'zeroed'];

/**
 * A file that keeps apart what processes see, what is certain to be on disk, and what may be. Bytes outside of a write are not
 * harmed by it (what SQLite calls powersafe overwrite); within it, each sector may be any of its fates, in any combination.
 *
 * Buffers are never changed in place, so that a copy of a file costs nothing.
 */
export class SimulatedFile {
  #seen: Buffer;
  #certain: Buffer;
  #changes: Change[] = [];
  readonly #sectorBytes: number;

  constructor(bytes: Buffer, sectorBytes = sectorBytesDefault) {
    this.#seen = Buffer.from(bytes);
    this.#certain = this.#seen;
    this.#sectorBytes = sectorBytes;
  }

  /** What processes see. Not to be changed. */
  get seen(): Buffer {
    return this.#seen;
  }

  write(bytes: Buffer, position: number): void {
    this.#change({ kind: 'write', position, bytes: Buffer.from(bytes) });
  }

  truncate(length: number): void {
    this.#change({ kind: 'truncate', length });
  }

  sync(): void {
    for (const change of this.#changes) if (change.state === 'pending') change.state = 'certain';
    let settled = 0;
    for (const { what, state } of this.#changes) {
      if (state !== 'certain') break;
      this.#certain = applied(this.#certain, what);
      settled += 1;
    }
    this.#changes.splice(0, settled);
  }

  /** What a failed sync leaves: seen, perhaps on disk, and never written again. */
  failSync(): void {
    for (const change of this.#changes) if (change.state === 'pending') change.state = 'stuck';
  }

  copy(): SimulatedFile {
    const copy = new SimulatedFile(Buffer.alloc(0), this.#sectorBytes);
    copy.#seen = this.#seen;
    copy.#certain = this.#certain;
    copy.#changes = this.#changes.map((change) => ({ ...change }));
    return copy;
  }

  /** The same for files of which a power cut could make the same. */
  openFingerprint(): string {
    const hash = createHash('sha1').update(this.#certain);
    for (const { what, state } of this.#changes) {
      hash.update(` ${state} `);
      if (what.kind === 'truncate') hash.update(`cut ${what.length}`);
      else hash.update(`at ${what.position} `).update(what.bytes);
    }
    return hash.digest('hex');
  }

  /** For each part of the file whose fate is open: what it may be. */
  fates(): (readonly Fate[])[] {
    return this.#changes
      .filter(({ state }) => state !== 'certain')
      .flatMap(({ what }) =>
        what.kind === 'truncate'
          ? [fatesOfTruncation]
          : this.#sectors(what).map(({ bytes }) => (isZero(bytes) ? fatesOfZeros : fatesOfBytes)),
      );
  }

  /** What is on disk after a power cut in which the open parts had these fates, in the order of `fates`. */
  afterPowerCut(fates: readonly Fate[]): Buffer {
    const each = fates.values();
    const next = (): Fate => each.next().value ?? 'lost';
    let bytes = this.#certain;
    for (const { what, state } of this.#changes) {
      if (state === 'certain') bytes = applied(bytes, what);
      else if (what.kind === 'truncate') bytes = next() === 'kept' ? applied(bytes, what) : bytes;
      else for (const sector of this.#sectors(what)) bytes = afterFate(bytes, sector, next());
    }
    return bytes;
  }

  #change(what: Written | Truncated): void {
    this.#seen = applied(this.#seen, what);
    this.#changes.push({ what, state: 'pending' });
  }

  #sectors({ position, bytes }: Written): Written[] {
    const sectors: Written[] = [];
    for (let from = 0; from < bytes.length;) {
      const rest = this.#sectorBytes - ((position + from) % this.#sectorBytes);
      sectors.push({ kind: 'write', position: position + from, bytes: bytes.subarray(from, from + rest) });
      from += rest;
    }
    return sectors;
  }
}

function applied(bytes: Buffer, what: Written | Truncated): Buffer {
  const length = what.kind === 'truncate' ? what.length : Math.max(bytes.length, what.position + what.bytes.length);
  const result = Buffer.alloc(length);
  bytes.copy(result);
  if (what.kind === 'write') what.bytes.copy(result, what.position);
  return result;
}

function afterFate(bytes: Buffer, sector: Written, fate: Fate): Buffer {
  switch (fate) {
    case 'kept':
      return applied(bytes, sector);
    case 'lost':
      return bytes;
    case 'garbled':
      return applied(bytes, { ...sector, bytes: sector.bytes.map((byte, at) => byte ^ (0x5a + 37 * at)) as Buffer });
    case 'zeroed':
      return applied(bytes, { ...sector, bytes: Buffer.alloc(sector.bytes.length) });
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
