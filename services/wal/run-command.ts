import { UsageError } from '../../shared/command-line/index.js';
import { LogUnusableError } from '../../shared/wal/index.js';
import { dump } from './dump.js';
import { parseCommand, type Command } from './parse-command.js';
import { repair } from './repair.js';
import { stats } from './stats.js';
import type { ToolContext } from './tool-context.js';
import { exitCodes } from './usage.js';
import { verify } from './verify.js';

/** Runs what the arguments ask for; resolves with the exit code, after everything that has to be said was said. */
export async function runCommand(args: readonly string[], context: ToolContext): Promise<number> {
  try {
    return await run(parseCommand(args), context);
  } catch (error) {
    if (context.interrupted.aborted) {
      context.errors.write('wal: interrupted; nothing was changed\n');
      return exitCodes.interrupted;
    }
    if (!isForPerson(error)) throw error;
    context.errors.write(`wal: ${error.message}\n`);
    return exitCodes.unusable;
  }
}

async function run(command: Command, context: ToolContext): Promise<number> {
  switch (command.name) {
    case 'help':
      await context.output.write(command.text);
      return exitCodes.whole;
    case 'stats':
      return stats(command, context);
    case 'dump':
      return dump(command, context);
    case 'verify':
      return verify(command, context);
    case 'repair':
      return repair(command, context);
  }
}

/** What a person can act on; anything else is a bug, and its stack is wanted. */
function isForPerson(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof LogUnusableError) return true;
  const isSystem = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return isSystem && /^(E[A-Z0-9]+|SQLITE_[A-Z_]+)$/.test(error.code as string);
}
