import { CannotAuditError } from '../../shared/audit/index.js';
import { LiveLine, UsageError, type LiveStream, type Output } from '../../shared/command-line/index.js';
import { EnvironmentError, type Environment } from '../../shared/environment/index.js';
import { NoAnswerError, receivers, ShopClient, UnexpectedAnswerError } from '../../shared/shop-client/index.js';
import { readConfig } from './config.js';
import { describeRepair } from './describe-repair.js';
import { describeReport } from './describe-report.js';
import { parseCommand, type AuditCommand } from './parse-command.js';
import { readAcknowledged } from './read-acknowledged.js';
import { reportJson } from './report-json.js';
import { runAudit } from './run-audit.js';
import { exitCodes, usage } from './usage.js';

/** What the tool has of the world besides the services. */
export interface ToolContext {
  readonly output: Output;
  /** Standard error: progress, and what is no result. */
  readonly errors: LiveStream;
  readonly environment?: Environment;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Runs what the arguments ask for; resolves with the exit code, after everything that has to be said was said. */
export async function runCommand(args: readonly string[], context: ToolContext): Promise<number> {
  try {
    const command = parseCommand(args, () => readConfig(context.environment));
    if (command.name === 'help') {
      await context.output.write(usage);
      return exitCodes.agree;
    }
    return await audit(command, context);
  } catch (error) {
    if (context.interrupted.aborted) {
      context.errors.write('audit: interrupted; nothing is decided\n');
      return exitCodes.interrupted;
    }
    context.errors.write(`audit: ${wordsFor(error)}\n`);
    return exitCodes.unable;
  }
}

async function audit(command: AuditCommand, { output, errors, interrupted }: ToolContext): Promise<number> {
  const told = command.acknowledged.length > 0 ? await readAcknowledged(command.acknowledged) : undefined;
  for (const file of told?.torn ?? []) errors.write(`audit: the last line of ${file} is torn, and not counted\n`);
  const shop = new ShopClient(command.urls, command.token);
  try {
    await tellWhoIsAway(shop, command, errors);
    const line = new LiveLine(errors);
    const { report, repair } = await runAudit(command, { shop, acknowledged: told?.purchases, line, interrupted });
    if (command.json) await output.write(reportJson(report, repair));
    else await output.write(`${repair ? describeRepair(repair.report) : ''}${describeReport(report)}`);
    return report.agrees ? exitCodes.agree : exitCodes.disagree;
  } finally {
    await shop.closeConnections();
  }
}

/** Those that are down are waited for; a person who has slipped in a URL need not. */
async function tellWhoIsAway(shop: ShopClient, { urls }: AuditCommand, errors: LiveStream): Promise<void> {
  for (const service of ['checkout', ...receivers] as const) {
    await shop.readiness(service).catch((error: unknown) => {
      if (!(error instanceof NoAnswerError)) throw error;
      errors.write(`audit: nobody answers at ${urls[service]} (--${service}); it is waited for\n`);
    });
  }
}

/** What a person can act on. @throws anything else: that is a bug, and its stack is wanted */
function wordsFor(error: unknown): string {
  if (error instanceof UnexpectedAnswerError && error.status === 401) {
    return 'a service does not take the admin token: give it with --token or ADMIN_TOKEN';
  }
  const isForPerson =
    error instanceof UsageError ||
    error instanceof EnvironmentError ||
    error instanceof CannotAuditError ||
    error instanceof UnexpectedAnswerError;
  if (!isForPerson) throw error;
  return error.message;
}
