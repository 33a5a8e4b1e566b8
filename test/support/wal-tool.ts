import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../../services/wal/main.js', import.meta.url));
const logProcess = fileURLToPath(new URL('log-process.js', import.meta.url));

export interface ToolResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A command that runs. */
export class ToolProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<ToolResult>;
  #output = '';
  #errors = '';
  #onOutput: () => void = () => undefined;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [tool, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
      this.#onOutput();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#ended = once(this.#child, 'close').then(([code]) => {
      return { code: code as number | null, output: this.#output, errors: this.#errors };
    });
  }

  get ended(): Promise<ToolResult> {
    return this.#ended;
  }

  /** Resolves when its output, or the end of it, passes the test. */
  async printed(passes: (output: string) => boolean): Promise<string> {
    const seen = new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (passes(this.#output)) resolve();
      };
      this.#onOutput();
    });
    const early = this.#ended.then(({ output, errors }) => {
      if (!passes(output)) throw new Error(`it ended before that: ${output}${errors}`);
    });
    await Promise.race([seen, early]);
    return this.#output;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Stops reading what it prints, as `head` does. */
  hangUp(): void {
    this.#child.stdout?.destroy();
  }
}

/** Runs a command to its end. */
export function runTool(...args: readonly string[]): Promise<ToolResult> {
  return new ToolProcess(args).ended;
}

/** A process that appends to the log in a directory until it is stopped. */
export class RunningWriter {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #acknowledged = 0;
  #onLine: () => void = () => undefined;

  constructor(directory: string) {
    this.#child = spawn(process.execPath, [logProcess, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#ended = once(this.#child, 'close');
    if (!this.#child.stdout) throw new Error('it has no output');
    createInterface(this.#child.stdout).on('line', (line) => {
      if (/^\d+$/.test(line)) this.#acknowledged = Number(line);
      this.#onLine();
    });
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Resolves when so many more entries have been acknowledged. */
  async grown(entries: number): Promise<void> {
    const goal = this.#acknowledged + entries;
    await new Promise<void>((resolve) => {
      this.#onLine = () => {
        if (this.#acknowledged >= goal) resolve();
      };
    });
  }

  /** May be called twice. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Every file in a folder, with what it holds. */
export function filesIn(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [path.slice(directory.length + 1), readFileSync(path, 'latin1')]));
}

/** Flips a bit of a byte in a file; counted from the end if it is negative. */
export function flipInFile(path: string, byte: number): void {
  const bytes = readFileSync(path);
  const at = byte < 0 ? bytes.length + byte : byte;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  writeFileSync(path, bytes);
}

/** The entries of a dump. */
export function parsedLines(output: string): { sequence: number; [member: string]: unknown }[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { sequence: number });
}
