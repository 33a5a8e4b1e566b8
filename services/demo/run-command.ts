import { UsageError, type LiveStream } from '../../shared/command-line/index.js';
import { again } from './card.js';
import { parseCommand } from './parse-command.js';
import { runDemo } from './run-demo.js';
import { exitCodes, usage } from './usage.js';

/** What the demonstration has of the world besides the shop that it starts. */
export interface ToolContext {
  readonly output: LiveStream;
  readonly errors: { write(text: string): unknown };
  readonly colour: boolean;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Runs what the arguments ask for; resolves with the exit code, after everything has ended. */
export async function runCommand(args: readonly string[], context: ToolContext): Promise<number> {
  const { output, errors, colour, interrupted } = context;
  try {
    const command = parseCommand(args);
    if (command.name === 'help') {
      output.write(usage);
      return exitCodes.agree;
    }
    try {
      const agrees = await runDemo(command, { stream: output, colour, interrupted });
      return agrees ? exitCodes.agree : exitCodes.disagree;
    } catch (error) {
      if (interrupted.aborted) {
        errors.write('demo: interrupted; nothing is left running\n');
        return exitCodes.interrupted;
      }
      errors.write(`demo: ${error instanceof Error ? error.message : String(error)}\nagain: ${again(command)}\n`);
      return exitCodes.disagree;
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    errors.write(`demo: ${error.message}\n`);
    return exitCodes.unusable;
  }
}
