import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { afterEach, describe, expect, it } from '@jest/globals';

import { deliver } from '../support/deliver.js';
import { openReceiver, type ReceiverFixture } from '../support/receiver-fixture.js';
import { sampleEvent, sampleId } from '../support/sample-event.js';
import { temporaryDirectories } from '../support/temporary-directory.js';

const newDirectory = temporaryDirectories();
const moduleUrl = (name: string) => JSON.stringify(new URL(`../support/${name}.js`, import.meta.url).href);

/** Has a process receive events 1 and 2 in one batch, and kill itself on the way. */
async function receiveAndDie(directory: string, dies: string): Promise<void> {
  const script = `
    import { openReceiver } from ${moduleUrl('receiver-fixture')};
    import { deliver } from ${moduleUrl('deliver')};
    import { sampleEvent } from ${moduleUrl('sample-event')};
    const die = () => process.kill(process.pid, 'SIGKILL');
    let fixture;
    const insert = (id) => fixture.database.prepare('INSERT INTO effects VALUES (?)').run(id);
    fixture = openReceiver(process.argv[1], { ${dies} });
    await deliver(fixture.app, [sampleEvent(1), sampleEvent(2)]);
    process.exit(1);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, directory], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

describe('a receiver that is killed', () => {
  let fixture: ReceiverFixture | undefined;
  afterEach(() => {
    fixture?.close();
  });

  it.each([
    ['with one effect done', 'effect: ({ data }) => { insert(data.id); die(); }'],
    ['with all effects done', 'effect: ({ data }) => { insert(data.id); if (data.sequence === 2) die(); }'],
  ])('before the commit, %s, has kept neither effect nor inbox: what is sent again is applied', async (_when, dies) => {
    const directory = newDirectory();
    await receiveAndDie(directory, dies);
    fixture = openReceiver(directory);
    expect(fixture.applied()).toEqual([]);
    expect(fixture.receiver.holding()).toMatchObject({ purchases: 0 });
    const answer = await deliver(fixture.app, [sampleEvent(1), sampleEvent(2)]).expect(200);
    expect(answer.body).toMatchObject({ results: [{ status: 'applied' }, { status: 'applied' }] });
    expect(fixture.applied()).toEqual([sampleId(1), sampleId(2)]);
  });

  it('between commit and answer has kept both: what is sent again is a duplicate, and nothing happens twice', async () => {
    const directory = newDirectory();
    // Results are observed once they are durable, and before they are answered.
    await receiveAndDie(directory, 'observe: die');
    fixture = openReceiver(directory);
    expect(fixture.applied()).toEqual([sampleId(1), sampleId(2)]);
    const answer = await deliver(fixture.app, [sampleEvent(1), sampleEvent(2)]).expect(200);
    expect(answer.body).toMatchObject({ results: [{ status: 'duplicate' }, { status: 'duplicate' }] });
    expect(fixture.applied()).toEqual([sampleId(1), sampleId(2)]);
  });
});
