import { afterEach, describe, expect, it } from '@jest/globals';

import { runCommand } from '../../services/check-receiver/run-command.js';
import { secret } from '../support/deliver.js';
import { openWrongReceiver, type Defect, type WrongReceiver } from '../support/wrong-receiver.js';

const otherSecret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

describe('a receiver with one defect', () => {
  let receiver: WrongReceiver | undefined;
  afterEach(() => receiver?.close());

  /** What the tool says of it, by outcome. */
  const check = async (defect: Defect | undefined, { secrets = [secret], args = [] as string[] } = {}) => {
    receiver = await openWrongReceiver(secrets, defect);
    let text = '';
    const output = { write: (more: string) => (text += more) };
    const interrupted = new AbortController().signal;
    const code = await runCommand([receiver.url, ...args], { output, errors: output, secrets, interrupted });
    const named = (outcome: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith(outcome))
        .map((line) => line.slice('WRONG  '.length, line.indexOf(': ')));
    return { code, text, wrong: named('WRONG  '), notes: named('note   '), right: named('ok     ') };
  };

  it.each<[Defect, string[]]>([
    [
      'checks no signature',
      [
        'a bad signature',
        'missing headers',
        'a time 10 minutes old',
        'a time 10 minutes ahead',
        'a body that was changed',
      ],
    ],
    ['checks the signature after it has stored', ['what was turned away, signed well']],
    ['checks JSON that it has written again', ['JSON with spaces and escapes']],
    ['looks at the first signature only', ['a list of signatures']],
    ['knows no time', ['a time 10 minutes old', 'a time 10 minutes ahead']],
    [
      'knows no repeat',
      [
        'the same event again',
        'the same id with other content',
        'the same event 10 times at once',
        'the same batch again',
      ],
    ],
    ['looks for a repeat and stores in two steps', ['the same event 10 times at once']],
    ['refuses a repeat', ['the same event again', 'the same event 10 times at once']],
    ['answers 500 to bad JSON', ['malformed JSON']],
    ['answers 500 without headers', ['missing headers']],
    ['answers 401 to an unknown type', ['an event of an unknown type']],
    ['confirms whatever it does not know', ['an event that breaks the schema']],
    ['fails a batch for one bad event', ['a batch with one bad event', 'the same batch again']],
    ['asks for a bad event again', ['a batch with one bad event', 'the same batch again']],
    ['answers a batch as one event', ['a batch with one bad event', 'the same batch again', 'a batch of 500 events']],
    ['answers a batch without ids', ['a batch with one bad event', 'the same batch again', 'a batch of 500 events']],
    ['takes small bodies only', ['a batch of 500 events']],
    ['does not answer', ['a valid event']],
    ['is not there', ['a valid event']],
    ['has moved', ['a valid event']],
    ['cuts connections', ['a valid event']],
    ['does not answer large batches', ['a batch of 500 events']],
  ])('would lose purchases, or hold them up, if nobody told who made it that it %s', async (defect, wrong) => {
    const silent = defect.startsWith('does not answer') ? ['--timeout', '1500'] : [];
    const found = await check(defect, { args: silent });
    expect(found.wrong).toEqual(wrong);
    expect(found.code).toBe(1);
  });

  it.each<[Defect, string[]]>([
    ['takes other content for a repeat', ['the same id with other content']],
    ['takes any webhook-id', ["a webhook-id that is not the event's"]],
    ['confirms whatever it does not know', ['an event of an unknown type']],
    ['answers a batch backwards', ['a batch with one bad event', 'the same batch again', 'a batch of 500 events']],
    ['says 202', ['a valid event', 'JSON with spaces and escapes', 'a list of signatures']],
    ['answers 400 to a bad signature', ['a bad signature', 'a body that was changed']],
  ])('works, and its maker should know that it %s', async (defect, notes) => {
    expect((await check(defect)).notes).toEqual(expect.arrayContaining(notes));
  });

  it('is not called right about repeats when it does not say what it did', async () => {
    const { code, wrong, notes } = await check('never says whether it knew');
    expect(wrong).toEqual([]);
    // The conflict is refused by its status, and batches are always answered in words.
    expect(notes).toEqual([
      'the same event again',
      'the same event 10 times at once',
      'what was turned away, signed well',
    ]);
    expect(code).toBe(0);
  });

  it('is right when it has none, with one secret and with two', async () => {
    const one = await check(undefined);
    expect(one).toMatchObject({ code: 0, wrong: [], notes: [] });
    expect(one.right).not.toContain('the second secret');
    await receiver?.close();
    const two = await check(undefined, { secrets: [otherSecret, secret] });
    expect(two).toMatchObject({ code: 0, wrong: [], notes: [] });
    expect(two.right).toContain('the second secret');
  });

  it('takes single events only and says so, or batches would be confirmed that nobody has read', async () => {
    const right = await check('takes no batches', { args: ['--no-batch'] });
    expect(right).toMatchObject({ code: 0, wrong: [], notes: [] });
    await receiver?.close();
    const { wrong } = await check('confirms batches that it does not know', { args: ['--no-batch'] });
    expect(wrong).toEqual(['a batch, which it does not take']);
  });

  it('does not get its secret printed, whatever is wrong', async () => {
    const { text } = await check('checks no signature', { secrets: [otherSecret, secret], args: ['--verbose'] });
    expect(text).not.toContain(secret.slice(8, 24));
    expect(text).not.toContain(otherSecret.slice(8, 24));
  });

  it('is told of in lines that fit a terminal, without colours', async () => {
    const { text } = await check('checks no signature', { args: ['--verbose'] });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});
