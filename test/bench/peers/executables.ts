import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A server is not on this machine: whoever needs it is left out. */
export class NotInstalledError extends Error {
  override readonly name = 'NotInstalledError';

  constructor(executable: string, debianPackage: string) {
    super(`${executable} is not installed: apt-get install ${debianPackage}`);
  }
}

const debianPostgres = '/usr/lib/postgresql';

/** Where a program is, by the PATH and by where Debian keeps servers. @throws NotInstalledError */
export function findExecutable(name: string, debianPackage: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const path = folders.map((folder) => join(folder, name)).find((each) => existsSync(each));
  if (path === undefined) throw new NotInstalledError(name, debianPackage);
  return path;
}

/** The newest PostgreSQL's programs; Debian keeps them off the PATH. @throws NotInstalledError */
export function findPostgres(): { initdb: string; postgres: string } {
  const versions = existsSync(debianPostgres) ? readdirSync(debianPostgres) : [];
  const newest = versions
    .filter((version) => existsSync(join(debianPostgres, version, 'bin', 'postgres')))
    .toSorted((a, b) => Number(a) - Number(b))
    .at(-1);
  if (newest === undefined) throw new NotInstalledError('postgres', 'postgresql');
  const bin = join(debianPostgres, newest, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}
