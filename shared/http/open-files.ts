import { existsSync, readFileSync } from 'node:fs';

import type { ServerLimits } from './server-limits.js';

const limitsFile = '/proc/self/limits';
/** Of the connections, those that may be told that there is no room. */
const refusalsShare = 1 / 10;

/**
 * The limits as a process can keep them that may have `openFilesMax` files open: half of those at most are connections. The rest
 * is for its own: what it writes to, its database, and the connections that it opens itself. Without a file, a purchase that was
 * let in could not be written.
 */
export function withinOpenFiles(limits: ServerLimits, openFilesMax: number): ServerLimits {
  const forConnections = Math.floor(openFilesMax / 2);
  const refusalsMax = Math.min(limits.refusalsMax, Math.floor(forConnections * refusalsShare));
  const connectionsMax = Math.min(limits.connectionsMax, Math.max(1, forConnections - refusalsMax));
  return { ...limits, connectionsMax, refusalsMax };
}

/** How many files this process may have open at the same time (`ulimit -n`, the soft limit); Infinity where nobody can tell. */
export function openFilesMax(): number {
  const told = existsSync(limitsFile) ? readOpenFilesMax(readFileSync(limitsFile, 'utf8')) : undefined;
  return told ?? reported() ?? Infinity;
}

/** What the text of `/proc/self/limits` says; undefined: nothing. */
export function readOpenFilesMax(text: string): number | undefined {
  const soft = /^Max open files +(\d+|unlimited) /m.exec(text)?.[1];
  return soft === undefined ? undefined : asNumber(soft);
}

/** What Node's own report says, on systems without such a file. It takes longer to make. */
function reported(): number | undefined {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const soft = userLimits?.open_files?.soft;
  return soft === undefined ? undefined : asNumber(soft);
}

function asNumber(soft: number | string): number {
  return soft === 'unlimited' ? Infinity : Number(soft);
}
