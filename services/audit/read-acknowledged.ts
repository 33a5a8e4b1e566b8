import { open } from 'node:fs/promises';

import { z } from 'zod';

import { AcknowledgedPurchases } from '../../shared/audit/index.js';
import { parseJson, UsageError } from '../../shared/command-line/index.js';

const line = z.object({
  sequence: z.int().min(1),
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  total: z.int().min(0),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

/** What customers were told, from the files that a generator of load wrote. */
export interface ReadAcknowledged {
  readonly purchases: AcknowledgedPurchases;
  /** Files that end in the middle of a line: whoever wrote them was killed. */
  readonly torn: readonly string[];
}

/** @throws UsageError that names the file and the line that is none */
export async function readAcknowledged(files: readonly string[]): Promise<ReadAcknowledged> {
  const purchases = new AcknowledgedPurchases();
  const torn: string[] = [];
  for (const file of files) if (await readInto(purchases, file).catch(unreadable(file))) torn.push(file);
  return { purchases, torn };
}

/** Resolves with whether the last line is torn. */
async function readInto(purchases: AcknowledgedPurchases, file: string): Promise<boolean> {
  let number = 0;
  let unread: string | undefined;
  // It closes itself at the end.
  const opened = await open(file);
  for await (const text of opened.readLines()) {
    // Only the last one may be torn.
    if (unread !== undefined) throw new UsageError(`${file}, line ${number}: not a purchase, but ${shortened(unread)}`);
    number += 1;
    if (text === '') continue;
    const told = line.safeParse(parseJson(text));
    if (told.success) purchases.add(told.data);
    else unread = text;
  }
  return unread !== undefined;
}

/** A file that the system does not let us read is the person's to see to. */
function unreadable(file: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === undefined) throw error;
    throw new UsageError(`${file} cannot be read: ${error.message}`, { cause: error });
  };
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
