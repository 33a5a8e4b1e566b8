import { describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { nodeFiles, openLog, systemLogClock, type Sequence } from '../../shared/wal/index.js';
import { temporaryDirectories } from '../support/temporary-directory.js';
import { filesIn, flipInFile, parsedLines, RunningWriter, runTool, ToolProcess } from '../support/wal-tool.js';

const temporaryDirectory = temporaryDirectories();
const nothing = { identity: undefined, durable: 0 as Sequence, lowWaterMark: 0 as Sequence };
const first = '00000000000000000001.wal';
const last = '00000000000000000007.wal';

/** A log of 12 entries, three to a batch, two batches to a segment. */
async function logOnDisk(): Promise<string> {
  const directory = join(temporaryDirectory(), 'log');
  const log = await openLog({
    ...{ directory, files: nodeFiles, clock: systemLogClock, segmentBytes: 64 + 2 * 96 },
    expected: () => Promise.resolve(nothing),
  });
  for (let n = 1; n <= 12; n += 3) {
    await Promise.all([n, n + 1, n + 2].map((each) => log.append(Buffer.from(each < 9 ? `{"n":${each}}` : 'text'))));
  }
  await log.close();
  return directory;
}

describe('stats', () => {
  it('a person, or a program, would be told something else than the log holds', async () => {
    const directory = await logOnDisk();
    writeFileSync(join(directory, `${first}.torn-64-1`), 'torn');
    writeFileSync(join(directory, '00000000000000000013.wal.new'), '');
    const before = filesIn(directory);
    const json = await runTool('stats', directory, '--json');
    expect(json).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(json.output)).toMatchObject({
      ...{ directory, firstSequence: 1, durableSequence: 12, entries: 12, batches: 4, bytes: 512, findings: 0 },
      ...{ payloadBytes: { min: 4, mean: 6, max: 7 }, tail: { status: 'clean' } },
      beside: { torn: [{ name: `${first}.torn-64-1`, bytes: 4 }], unfinished: ['00000000000000000013.wal.new'] },
      segments: [
        { name: first, firstSequence: 1, lastSequence: 6, entries: 6, batches: 2, bytes: 256 },
        { firstSequence: 7, lastSequence: 12, entries: 6, batches: 2, bytes: 256 },
      ],
    });
    const text = await runTool('stats', directory);
    expect(text.output).toContain('12 (1 to 12) in 4 batches');
    expect(text.output).toContain(`${first}.torn-64-1 (4 bytes)`);
    expect(filesIn(directory)).toEqual(before);
  });
});

describe('dump', () => {
  it('an entry would be missing, or one that nobody asked for be there', async () => {
    const directory = await logOnDisk();
    const { code, output } = await runTool('dump', directory);
    expect(code).toBe(0);
    const lines = parsedLines(output);
    expect(lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(lines[1]).toEqual({ sequence: 2, segment: first, offset: 96, index: 1, payload: { n: 2 } });
    expect(lines[8]).toMatchObject({ sequence: 9, index: 2, payloadBase64: Buffer.from('text').toString('base64') });
    const some = await runTool('dump', directory, '--from', '6', '--to', '8');
    expect(parsedLines(some.output).map(({ sequence }) => sequence)).toEqual([6, 7, 8]);
    expect((await runTool('dump', directory, '--from', '99')).output).toBe('');
  });

  it('what lies behind damage would not be shown, or the damage not be told', async () => {
    const directory = await logOnDisk();
    flipInFile(join(directory, first), 64 + 32 + 25);
    const { code, output, errors } = await runTool('dump', directory);
    expect(code).toBe(1);
    expect(parsedLines(output).map(({ sequence }) => sequence)).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(errors).toContain(`${first}, byte 96: the CRC of the frame does not match (entries 2 to 2 cannot be read`);
  });

  it('a reader that has seen enough would be shouted at', async () => {
    const directory = join(temporaryDirectory(), 'log');
    const log = await openLog({
      ...{ directory, files: nodeFiles, clock: systemLogClock },
      expected: () => Promise.resolve(nothing),
    });
    for (let n = 0; n < 8; n += 1) await log.append(Buffer.alloc(1024 * 1024, 'x'));
    await log.close();
    const dump = new ToolProcess(['dump', directory]);
    await dump.printed((output) => output.length > 0);
    dump.hangUp();
    expect(await dump.ended).toMatchObject({ code: 0, errors: '' });
  });

  it('what a running checkout appends would not be shown, or be shown twice, over many rolls', async () => {
    const directory = join(temporaryDirectory(), 'log');
    const writer = new RunningWriter(directory);
    try {
      await writer.grown(30);
      const dump = new ToolProcess(['dump', directory, '--follow']);
      await dump.printed((output) => output.length > 0);
      // A segment of the writer's has some 120 entries.
      await writer.grown(600);
      await writer.kill();
      const goal = writer.acknowledged;
      await dump.printed((output) => output.includes(`{"sequence":${goal},`) && output.endsWith('\n'));
      dump.signal('SIGINT');
      const { code, output, errors } = await dump.ended;
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      const sequences = parsedLines(output).map(({ sequence }) => sequence);
      expect(sequences.length).toBeGreaterThanOrEqual(goal);
      expect(sequences).toEqual(sequences.map((_, n) => n + 1));
      expect(new Set(parsedLines(output).map(({ segment }) => segment)).size).toBeGreaterThan(3);
    } finally {
      await writer.kill();
    }
  });

  it('--follow would not end with the entry that was asked for', async () => {
    const directory = await logOnDisk();
    const dump = new ToolProcess(['dump', directory, '--follow', '--from', '11', '--to', '14']);
    await dump.printed((output) => output.includes('"sequence":12'));
    const log = await openLog({
      ...{ directory, files: nodeFiles, clock: systemLogClock },
      expected: () => Promise.resolve(nothing),
    });
    await Promise.all([13, 14, 15].map((each) => log.append(Buffer.from(String(each)))));
    const { code, output } = await dump.ended;
    expect(code).toBe(0);
    expect(parsedLines(output).map(({ sequence }) => sequence)).toEqual([11, 12, 13, 14]);
    await log.close();
  });
});

describe('verify', () => {
  it('the speed that is told would not fit the bytes and the seconds beside it: space that was allocated ahead is read too', async () => {
    const directory = await logOnDisk();
    appendFileSync(join(directory, last), Buffer.alloc(1024 * 1024));
    const { output } = await runTool('verify', directory);
    const [, seconds = '', rate = '', unit = ''] = /, 1\.0 MB in ([\d.]+) s \(([\d.]+) (\w+)\/s\)/.exec(output) ?? [];
    const perSecond = Number(rate) * { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 }[unit]!;
    expect(perSecond * (Number(seconds) + 0.1)).toBeGreaterThan(1e6);
  });

  it('a log that is whole would be called damaged', async () => {
    const directory = await logOnDisk();
    const before = filesIn(directory);
    const { code, output } = await runTool('verify', directory);
    expect(code).toBe(0);
    expect(output).toContain('read 12 entries, 512 bytes');
    expect(output).toContain('the next start goes on behind entry 12.');
    expect(filesIn(directory)).toEqual(before);
  });

  it('damage would pass, or be told without what it costs', async () => {
    const directory = await logOnDisk();
    flipInFile(join(directory, first), 64 + 32 + 25);
    flipInFile(join(directory, '00000000000000000007.wal'), 5);
    const before = filesIn(directory);
    const { code, output, errors } = await runTool('verify', directory);
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(output).toContain(`damaged bytes: ${join(directory, first)}, byte 96, 32 bytes`);
    expect(output).toContain('entry 2 cannot be read. It was durable');
    expect(output).toContain('GET /audit?after=1&limit=1');
    expect(output).toContain(`a damaged header: ${join(directory, '00000000000000000007.wal')}, byte 0`);
    expect(output).toContain('the next start refuses this log');
    expect(output).toContain(`npm run wal -- repair ${directory} --to NEWDIR`);
    expect(filesIn(directory)).toEqual(before);
  });

  it('a torn tail would be called damage; and damage, where somebody knows better, a torn tail', async () => {
    const directory = await logOnDisk();
    flipInFile(join(directory, '00000000000000000007.wal'), -20);
    const torn = await runTool('verify', directory);
    expect(torn.code).toBe(0);
    expect(torn.output).toContain('torn tail, no damage');
    expect(torn.output).toContain('the next start goes on behind entry 9, after cutting 92 bytes.');
    const known = await runTool('verify', directory, '--durable', '12');
    expect(known.code).toBe(1);
    expect(known.output).toContain('entry 12 cannot be read. It was durable');
  });

  it('a segment that somebody lost, or a log of a newer build, would pass', async () => {
    const missing = await logOnDisk();
    rmSync(join(missing, first));
    expect((await runTool('verify', missing)).code).toBe(0);
    const known = await runTool('verify', missing, '--durable', '14');
    expect(known.code).toBe(1);
    expect(known.output).toContain('entries 13 to 14 (2) cannot be read.');
  });

  it('what a running checkout is just writing would be called damage', async () => {
    const directory = join(temporaryDirectory(), 'log');
    const writer = new RunningWriter(directory);
    try {
      await writer.grown(30);
      for (let round = 0; round < 5; round += 1) {
        const before = writer.acknowledged;
        const { code, output } = await runTool('verify', directory);
        expect({ code, output }).toMatchObject({ code: 0 });
        expect(Number(/read ([\d,]+) entries/.exec(output)?.[1]?.replaceAll(',', ''))).toBeGreaterThanOrEqual(before);
      }
      const { code, errors } = await runTool('repair', directory, '--to', join(temporaryDirectory(), 'copy'));
      expect(code).toBe(2);
      expect(errors).toContain('a checkout is using');
    } finally {
      await writer.kill();
    }
  });

  it('progress would be told where nobody asked, or not where somebody did', async () => {
    const directory = await logOnDisk();
    expect((await runTool('verify', directory)).errors).toBe('');
    expect((await runTool('verify', directory, '--progress')).errors).toMatch(/^verifying: done, .*\/s\n$/);
  });
});

describe('what is no log', () => {
  it('a wrong word or folder would end in a stack, or in a code that says "whole"', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'checkout', 'log'), { recursive: true });
    for (const [args, message] of [
      [[], 'name a command'],
      [['erase', directory], 'there is no command erase'],
      [['verify', directory], `did you mean ${join(directory, 'checkout')}?`],
      [['verify', join(directory, 'nowhere')], 'there is no folder'],
      [['stats', directory, '--what'], "Unknown option '--what'"],
    ] as const) {
      const { code, output, errors } = await runTool(...args);
      expect({ code, output }).toEqual({ code: 2, output: '' });
      expect(errors).toContain(message);
      expect(errors).not.toMatch(/^ +at /m);
    }
    expect(await runTool('--help')).toMatchObject({ code: 0, errors: '', output: expect.stringContaining('usage:') });
  });
});
