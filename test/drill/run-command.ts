import { writeFile } from 'node:fs/promises';

import { LiveLine, UsageError, type LiveStream } from '../../shared/command-line/index.js';
import { anySeed } from '../../shared/customers/random.js';
import { again, drillCard } from './drill-card.js';
import { makeDrillDirectory } from './drill-directory.js';
import { parseCommand, type DrillCommand } from './parse-command.js';
import { picture } from './picture.js';
import { runDrill } from './run-drill.js';
import { exitCodes, usage } from './usage.js';

/** What the command has of the world besides the shop that it makes. */
export interface CommandContext {
  readonly output: LiveStream;
  readonly errors: { write(text: string): unknown };
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Runs what the arguments ask for; resolves with the exit code, after everything that has to be said was said. */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    const command = parseCommand(args);
    if (command.name === 'drill') return await drill(command, context);
    context.output.write(usage);
    return exitCodes.held;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.errors.write(`drill: ${error.message}\n`);
    return exitCodes.usage;
  }
}

async function drill(command: DrillCommand, { output, interrupted }: CommandContext): Promise<number> {
  const { kills, rate, seed = anySeed() } = command;
  const directory = await makeDrillDirectory(command.keep);
  const line = new LiveLine(output);
  line.say(again({ kills, seed, rate }));
  let held = false;
  try {
    const onSight = (sight: Parameters<typeof picture>[0]) => {
      line.show(picture(sight));
    };
    const report = await runDrill({ kills, rate, seed, interrupted, onSight }, directory.path);
    held = report.checks.every(({ faults }) => faults.length === 0);
    line.end();
    line.say(drillCard(report).trimEnd());
    if (command.json !== undefined) await writeFile(command.json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    line.end();
    if (await directory.end(held)) line.say(`data and output of the services: ${directory.path}`);
  }
  if (!held) return exitCodes.failed;
  return interrupted.aborted ? exitCodes.interrupted : exitCodes.held;
}
