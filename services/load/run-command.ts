import { UsageError } from '../../shared/command-line/index.js';
import type { EnvironmentOptions } from './config.js';
import { isRight } from './load-report.js';
import { parseCommand } from './parse-command.js';
import { runLoad, type LoadSurroundings } from './run-load.js';
import { summary } from './summary.js';
import { CannotLoadError, exitCodes, usage } from './usage.js';

/** What the command has of the world besides the checkout. */
export interface ToolContext extends LoadSurroundings {
  readonly output: { write(text: string): unknown };
  readonly errors: { write(text: string): unknown };
  readonly environment: EnvironmentOptions;
  /** Called before the summary: takes the live line away. */
  readonly endLive: () => void;
}

/** Runs what the arguments ask for; resolves with the exit code, after everything that has to be said was said. */
export async function runCommand(args: readonly string[], context: ToolContext): Promise<number> {
  try {
    const command = parseCommand(args, context.environment);
    if (command.name === 'help') {
      context.output.write(usage);
      return exitCodes.right;
    }
    const report = await runLoad(command, context).finally(context.endLive);
    context.output.write(command.json ? `${JSON.stringify(report, null, 2)}\n` : summary(report));
    return isRight(report) ? exitCodes.right : exitCodes.wrong;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CannotLoadError)) throw error;
    context.errors.write(`load: ${error.message}\n`);
    return exitCodes.unusable;
  }
}
