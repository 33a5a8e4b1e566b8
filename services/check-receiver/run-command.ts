import { UsageError } from '../../shared/command-line/index.js';
import { checkReceiver } from './check-receiver.js';
import { describeCount, describeFinding } from './describe-finding.js';
import { parseCommand } from './parse-command.js';
import { CannotCheckError, exitCodes, usage } from './usage.js';

/** What the tool has of the world besides the receiver. */
export interface ToolContext {
  readonly output: { write(text: string): unknown };
  readonly errors: { write(text: string): unknown };
  /** Secrets to take where none is given. */
  readonly secrets: readonly string[];
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Runs what the arguments ask for; resolves with the exit code, after everything that has to be said was said. */
export async function runCommand(args: readonly string[], context: ToolContext): Promise<number> {
  const print = (...lines: readonly string[]) => {
    context.output.write(lines.map((line) => `${line}\n`).join(''));
  };
  try {
    const command = parseCommand(args, context.secrets);
    if (command.name === 'help') {
      context.output.write(usage);
      return exitCodes.right;
    }
    const { findings, leftOut } = await checkReceiver(command, {
      onFinding: (finding) => {
        print(...describeFinding(finding, command.verbose));
      },
      interrupted: context.interrupted,
    });
    print('', ...describeCount(findings, leftOut));
    return findings.some(({ verdict }) => verdict.outcome === 'WRONG') ? exitCodes.wrong : exitCodes.right;
  } catch (error) {
    if (context.interrupted.aborted) {
      context.errors.write('check-receiver: interrupted\n');
      return exitCodes.interrupted;
    }
    if (!(error instanceof UsageError || error instanceof CannotCheckError)) throw error;
    context.errors.write(`check-receiver: ${error.message}\n`);
    return exitCodes.unchecked;
  }
}
