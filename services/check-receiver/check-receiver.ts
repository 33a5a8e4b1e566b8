import { randomBytes } from 'node:crypto';

import { batchChecks, noBatchChecks } from './checks/batch-checks.js';
import type { CheckContext } from './checks/check-context.js';
import { contentChecks } from './checks/content-checks.js';
import { onceChecks } from './checks/once-checks.js';
import { signatureChecks } from './checks/signature-checks.js';
import type { CheckCommand } from './parse-command.js';
import { ReceiverClient } from './receiver-client.js';
import { TestEvents } from './test-events.js';
import type { Check, Finding, Verdict } from './types.js';
import { CannotCheckError } from './usage.js';

export interface CheckedReceiver {
  readonly findings: readonly Finding[];
  /** How many checks were left out, because the receiver takes nothing at all. */
  readonly leftOut: number;
}

export interface CheckSurroundings {
  /** Called after each check. */
  readonly onFinding: (finding: Finding) => void;
  readonly interrupted: AbortSignal;
}

/**
 * Makes all checks, one after the other. Where a valid event is not taken, the others would tell nothing and are left out.
 *
 * @throws CannotCheckError when nobody answers
 */
export async function checkReceiver(
  command: CheckCommand,
  { onFinding, interrupted }: CheckSurroundings,
): Promise<CheckedReceiver> {
  const findings: Finding[] = [];
  const client = new ReceiverClient(command.url, command.timeoutMs);
  const context: CheckContext = {
    deliver: async (delivery) => {
      interrupted.throwIfAborted();
      const answer = await client.deliver(delivery);
      // Nothing has ever answered: that is no receiver.
      if (answer.kind === 'none' && answer.reason === 'unreachable' && findings.length === 0) {
        throw new CannotCheckError(`nobody listens at ${command.url} (${answer.detail})`);
      }
      return answer;
    },
    events: new TestEvents(command.sequence),
    secrets: command.secrets as CheckContext['secrets'],
    strangeSecret: `whsec_${randomBytes(32).toString('base64')}`,
    turnedAway: [],
  };
  const make = async ({ name, sent, run }: Check): Promise<Verdict> => {
    const finding = { name, sent, verdict: await run() };
    findings.push(finding);
    onFinding(finding);
    return finding.verdict;
  };
  try {
    const [first, ...once] = onceChecks(context);
    const others = [
      ...once,
      ...signatureChecks(context),
      ...contentChecks(context),
      ...(command.batch === undefined ? noBatchChecks(context) : batchChecks(context, command.batch)),
      timeCheck(client, command.timeoutMs),
    ];
    if ((await make(first)).outcome === 'WRONG') return { findings, leftOut: others.length };
    for (const check of others) await make(check);
    return { findings, leftOut: 0 };
  } finally {
    await client.close();
  }
}

function timeCheck(client: ReceiverClient, timeoutMs: number): Check {
  return {
    name: 'the time of its answers',
    sent: 'all of the above',
    run: () => {
      const came = `${client.slowestMs} ms at most, of ${timeoutMs}`;
      if (client.slowestMs <= timeoutMs / 2) return Promise.resolve({ outcome: 'ok', came });
      const why = 'What takes longer than one attempt has is sent again, and under load everything takes longer.';
      return Promise.resolve({ outcome: 'note', came, expected: `half of the ${timeoutMs} ms`, why });
    },
  };
}
