import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { UsageError } from '../../shared/command-line/index.js';
import { databaseName, logDirectory } from '../../shared/journal/index.js';

/** Where things are. */
export interface LogLocation {
  readonly log: string;
  /** The checkout's data folder, if there is one: its database tells what the log held. */
  readonly data: string | undefined;
}

/** The log in a folder that is a log's or a checkout's. @throws UsageError that says what is there instead */
export function locateLog(given: string): LogLocation {
  const directory = resolve(given);
  const names = namesIn(directory);
  if (names.some(isSegment)) return { log: directory, data: dataBeside(directory) };
  if (isDirectory(logDirectory(directory))) return { log: logDirectory(directory), data: directory };
  if (names.includes('lock') && basename(directory) === 'log') return { log: directory, data: dataBeside(directory) };
  const inside = names.find((name) => isDirectory(logDirectory(join(directory, name))));
  const hint =
    inside === undefined
      ? "give the log's folder, or the checkout's data folder"
      : `did you mean ${join(given, inside)}?`;
  throw new UsageError(`${given} holds no log: ${hint}`);
}

function dataBeside(log: string): string | undefined {
  const parent = dirname(log);
  return basename(log) === 'log' && namesIn(parent).includes(databaseName) ? parent : undefined;
}

function isSegment(name: string): boolean {
  return name.endsWith('.wal');
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return false;
    throw error;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`there is no folder ${directory}`, { cause: error });
    throw new UsageError(`${directory} cannot be read (${String(code)})`, { cause: error });
  }
}
