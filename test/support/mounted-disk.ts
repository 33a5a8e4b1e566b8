import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pageBytes = 4096;

/**
 * Mounts, and unmounts when its standard input ends: by `close`, or because the process that holds the other end has died,
 * however that came. Signals to the group of that process do not keep it from that. $1: where, $2: size, $3: mount options.
 */
const guard = (mount: string, release: string) => `
  trap '' INT TERM HUP
  trap 'while umount --lazy "$1" 2>/dev/null; do :; done; ${release}' EXIT
  set -e
  ${mount}
  echo "$device"
  cat > /dev/null
`;

const tmpfs = guard('device=tmpfs; mount -t tmpfs -o "size=$2" tmpfs "$1"', ':');

/**
 * ext4 on a block device in memory. Why not a loop device on a file that has no room to grow: where a write reaches into room
 * that there is not, the loop driver writes a part of it and reports success.
 */
const zram = guard(
  `number=$(cat /sys/class/zram-control/hot_add)
  device=zram$number
  echo "$2" > /sys/block/$device/disksize
  mkfs.ext4 -q -m 0 /dev/$device
  mount -o "$3" /dev/$device "$1"`,
  'echo 1 > /sys/block/$device/reset; echo "$number" > /sys/class/zram-control/hot_remove',
);

/** A small file system of its own, of which nothing is left. Needs root. */
export class MountedDisk {
  /** Where it is mounted. */
  readonly path: string;
  readonly #guard: ChildProcess;
  readonly #device: string;
  readonly #mountOptions: string;

  /** In memory, of so many bytes: `12m`. */
  static tmpfs(size: string): Promise<MountedDisk> {
    return MountedDisk.#mount(tmpfs, size, 'defaults');
  }

  /** ext4 on a device that can be broken. */
  static breakable(size: string, mountOptions = 'defaults'): Promise<MountedDisk> {
    return MountedDisk.#mount(zram, size, mountOptions);
  }

  static async #mount(script: string, size: string, mountOptions: string): Promise<MountedDisk> {
    const path = await mkdtemp(join(tmpdir(), 'mounted-disk-'));
    const child = spawn('bash', ['-c', script, 'guard', path, size, mountOptions], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const device = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => {
        resolve(chunk.toString().trim());
      });
      child.once('close', () => {
        reject(new Error(`cannot mount a disk: ${said}`));
      });
    });
    return new MountedDisk(path, child, device, mountOptions);
  }

  private constructor(path: string, child: ChildProcess, device: string, mountOptions: string) {
    this.path = path;
    this.#guard = child;
    this.#device = device;
    this.#mountOptions = mountOptions;
  }

  get availableBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Fills it to the last page with a file of somebody else's. */
  fill(): void {
    const ballast = openSync(this.#ballast, 'a');
    try {
      for (;;) writeSync(ballast, Buffer.alloc(pageBytes, 1));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(ballast);
    }
  }

  /** Takes that file away. */
  free(): void {
    rmSync(this.#ballast);
  }

  /** From now on the device fails every write: it may take no more memory. What it has can be read. */
  break(): void {
    this.#limitMemory('1');
  }

  /** It takes writes again. The file system on it may have become read-only meanwhile. */
  mend(): void {
    this.#limitMemory('0');
  }

  /** Whether the file system still writes. One that could not write its own journal has given up. */
  async takesWrites(): Promise<boolean> {
    const probe = join(this.path, 'probe');
    try {
      const file = await open(probe, 'w');
      await file.sync().finally(() => file.close());
      await rm(probe);
      return true;
    } catch (error) {
      if (!['EROFS', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      return false;
    }
  }

  /** Mounts it anew, so that only what is really on it is read. Nobody may be using it. */
  async mountAnew(): Promise<void> {
    await run('umount', [this.path]);
    await run('mount', ['-o', this.#mountOptions, `/dev/${this.#device}`, this.path]);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#guard.once('close', resolve));
    this.#guard.stdin?.end();
    await ended;
    await rm(this.path, { recursive: true });
  }

  #limitMemory(bytes: string): void {
    writeFileSync(`/sys/block/${this.#device}/mem_limit`, bytes);
  }

  get #ballast(): string {
    return join(this.path, 'ballast');
  }
}
