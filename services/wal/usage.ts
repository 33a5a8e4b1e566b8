/** How the tool ends: documented in its help. */
export const exitCodes = { whole: 0, damaged: 1, unusable: 2, interrupted: 130 } as const;

const general = `Looks at a checkout's log, offline or beside a running checkout, and repairs a copy of it.

usage: npm run wal -- <command> DIR [options]

  stats   what the log holds: segments, entries, sizes, its end
  dump    every entry as one line of JSON
  verify  reads everything; names all damage, what it costs, and what to do
  repair  writes a repaired copy; the original is left as it is

DIR is the log's folder, or the checkout's data folder that has log/ in it.
stats, dump and verify change nothing and may run beside a checkout.

  --progress   tell on standard error how far long work is, also where that is no terminal
  --help       this text; after a command, that command's

exit code: 0 the log is whole · 1 damage was found, or something could not be saved
           2 wrong usage, or the log cannot be read · 130 interrupted
`;

export const usages = {
  general,
  stats: `usage: npm run wal -- stats DIR [--json] [--progress]

Counts segments, batches and entries, and tells where the log ends. Reads everything.

  --json   one JSON object
`,
  dump: `usage: npm run wal -- dump DIR [--from N] [--to N] [--follow] [--progress]

Prints each entry as a line of JSON: sequence, segment, offset, index in its batch, and the payload: as it is if that is JSON,
else as payloadBase64. Where the log is damaged, it says so on standard error, goes on behind it, and ends with 1.

  --from N    begin with entry N
  --to N      end with entry N
  --follow    wait for more, until Ctrl-C
`,
  verify: `usage: npm run wal -- verify DIR [--durable N] [--progress]

Reads everything and names all damage: file, byte, reason, which purchases, whether they were durable, what to do. What a
crash leaves at the end of a log is no damage; it is told what the next start does with it.

  --durable N   entries up to N are known to have been durable. By default, what checkout.sqlite beside the log says.
`,
  repair: `usage: npm run wal -- repair DIR --to NEWDIR [--durable N] [--progress]

Writes a repaired copy to NEWDIR/log, and NEWDIR/repair-report.txt. Nothing in DIR is changed. No checkout may be running on it.
Entries that cannot be read are taken from checkout.sqlite beside the log, if it has them. If some are lost for good, the copy
begins behind them, and what lies before goes to NEWDIR/salvaged.jsonl, in the format of dump. What can be read of a torn tail
goes to NEWDIR/torn-tail.jsonl.

  --to NEWDIR   a folder that does not exist yet, or is empty
  --durable N   as for verify
`,
} as const;

export type CommandName = Exclude<keyof typeof usages, 'general'>;
