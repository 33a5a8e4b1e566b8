import { afterEach, describe, expect, it } from '@jest/globals';

import type { DiskStatus } from '../../../shared/journal/index.js';
import { deferred } from '../../../shared/journal/local/deferred.js';
import { DiskWatch } from '../../../shared/journal/local/disk-watch.js';
import { FakeDisk } from '../../support/fake-disk.js';
import { settled } from '../../support/manual-clock.js';
import { ManualLogClock } from '../../support/manual-log-clock.js';

const mebibyte = 1024 ** 2;

describe('a disk watch', () => {
  let watch: DiskWatch;
  afterEach(() => watch.stop());

  /** Of a disk of 100 MB with a reserve of 10 MB, if nothing else is said. */
  async function start(disk: FakeDisk, reserveBytes: number | 'default' = 10e6) {
    const clock = new ManualLogClock();
    const states: DiskStatus['state'][] = [];
    const unseen: unknown[] = [];
    const unprojected = { bytes: 0 };
    watch = new DiskWatch({
      disk,
      clock,
      reserveBytes: reserveBytes === 'default' ? undefined : reserveBytes,
      unprojectedBytes: () => unprojected.bytes,
      onChanged: ({ state }) => states.push(state),
      onUnseen: (error) => unseen.push(error),
    });
    await watch.start();
    const look = async () => {
      clock.advance(1000);
      await settled();
    };
    return { clock, states, unseen, unprojected, look };
  }

  it.each([
    ['a large disk', 2e12, 64 * mebibyte],
    ['a tiny one', 12 * mebibyte, Math.floor(1.2 * mebibyte)],
    ['one of a size that nobody knows', 0, 0],
  ])('keeps something free on %s without being told: settling would get stuck', async (_what, total, reserve) => {
    await start(new FakeDisk(total, total), 'default');
    expect(watch.status().reserveBytes).toBe(reserve);
    expect(watch.take(1000)).toBe(true);
  });

  it('refuses when less than the reserve is left, and says so once', async () => {
    const disk = new FakeDisk(50e6, 100e6);
    const { states, look } = await start(disk);
    expect(watch.take(1000)).toBe(true);
    disk.availableBytes = 10e6 - 1;
    await look();
    await look();
    expect(watch.take(1)).toBe(false);
    expect(watch.status()).toEqual({
      availableBytes: 10e6 - 1,
      totalBytes: 100e6,
      reserveBytes: 10e6,
      resumeBytes: 12.5e6,
      state: 'reserve',
      refusing: true,
    });
    expect(states).toEqual(['reserve']);
  });

  it('takes purchases again only with something to spare, or it would go to and fro with each of them', async () => {
    const disk = new FakeDisk(9e6, 100e6);
    const { states, look } = await start(disk);
    disk.availableBytes = 12.5e6 - 1;
    await look();
    expect(watch.take(1)).toBe(false);
    disk.availableBytes = 12.5e6;
    await look();
    expect(watch.take(1)).toBe(true);
    expect(states).toEqual(['reserve', 'room']);
  });

  it('does not let a flood between two looks into the reserve', async () => {
    const disk = new FakeDisk(14e6, 100e6);
    await start(disk);
    const looked = deferred<undefined>();
    disk.looking = looked.promise;
    let taken = 0;
    while (watch.take(1000)) taken += 1000;
    // Four million are free, and each byte in the log takes three more in the database.
    expect(taken).toBe(1e6);
    expect(watch.status().state).toBe('room');
    looked.resolve(undefined);
  });

  it('looks before its time when half of what is free has been taken, so that nobody is refused for an old look', async () => {
    const disk = new FakeDisk(14e6, 100e6);
    const { states } = await start(disk);
    const { looks } = disk;
    for (let bytes = 0; bytes < 400_000; bytes += 1000) watch.take(1000);
    expect(disk.looks).toBe(looks);
    for (let bytes = 0; bytes < 200_000; bytes += 1000) expect(watch.take(1000)).toBe(true);
    expect(disk.looks).toBe(looks + 1);
    await settled();
    for (let bytes = 0; bytes < 400_000; bytes += 1000) expect(watch.take(1000)).toBe(true);
    expect(states).toEqual([]);
  });

  it('counts what the database has still to take over: a look shows only what is written', async () => {
    const disk = new FakeDisk(14e6, 100e6);
    const { unprojected, look } = await start(disk);
    unprojected.bytes = 1.4e6;
    await look();
    expect(watch.take(1000)).toBe(false);
    unprojected.bytes = 0;
    await look();
    expect(watch.take(1000)).toBe(true);
  });

  it('leaves it to the disk to refuse where nothing is to be kept free', async () => {
    await start(new FakeDisk(0, 100e6), 0);
    expect(watch.take(1e9)).toBe(true);
    expect(watch.status().state).toBe('room');
  });

  it('refuses once the disk has refused the log, until something can be written: each try would cost a sync', async () => {
    const disk = new FakeDisk(50e6, 100e6);
    const { states, look } = await start(disk);
    disk.roomBytes = 100;
    watch.refused();
    watch.refused();
    await look();
    expect(watch.take(1)).toBe(false);
    disk.roomBytes = Infinity;
    await look();
    expect(watch.take(1)).toBe(true);
    expect(states).toEqual(['full', 'room']);
  });

  it('refuses while the database waits for space: what is taken then could not be settled', async () => {
    const { states, look } = await start(new FakeDisk(50e6, 100e6));
    watch.databaseWaits(true);
    await look();
    expect(watch.take(1)).toBe(false);
    watch.databaseWaits(false);
    await settled();
    expect(watch.take(1)).toBe(true);
    expect(states).toEqual(['full', 'room']);
  });

  it('goes from full to the reserve, not to taking purchases, where there is only a little space', async () => {
    const disk = new FakeDisk(50e6, 100e6);
    const { states, look } = await start(disk);
    watch.refused();
    disk.availableBytes = 11e6;
    await look();
    expect(watch.take(1)).toBe(false);
    expect(states).toEqual(['full', 'reserve']);
  });

  it('tries a disk before the first customer does', async () => {
    const disk = new FakeDisk(0, 100e6);
    disk.roomBytes = 0;
    const { states } = await start(disk, 0);
    expect(states).toEqual(['full']);
  });

  it('goes on as before when it cannot look, and says so once: that is no reason to stop the shop', async () => {
    const disk = new FakeDisk(50e6, 100e6);
    const { unseen, look } = await start(disk);
    disk.failure = new Error('no statfs here');
    await look();
    await look();
    expect(unseen).toEqual([disk.failure]);
    expect(watch.take(1)).toBe(true);
    disk.failure = undefined;
    disk.availableBytes = 0;
    await look();
    expect(watch.take(1)).toBe(false);
  });

  it('stops with the journal: a timer would keep the process', async () => {
    const disk = new FakeDisk();
    const { clock } = await start(disk);
    await watch.stop();
    expect(clock.scheduled).toBe(0);
    watch.databaseWaits(false);
    await settled();
    expect(clock.scheduled).toBe(0);
    expect(disk.looks).toBe(1);
  });
});
