import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the peers are made of, besides the servers. */
const packages = ['pg', 'pg-boss', 'graphile-worker', 'bullmq', 'ioredis', 'better-sqlite3', '@nats-io/jetstream'];

/** Name and version of each package, as it is installed. */
export function packageVersions(): string[] {
  return packages.map((name) => `${name} ${versionOf(name)}`);
}

/** Looks where Node.js looks: in the folders above, one after the other. */
function versionOf(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      if (folder === dirname(folder)) return 'not installed';
    }
  }
}
