type Table = 'acknowledged' | 'delivered';

interface Footnote {
  /** Of these rows, by name. */
  readonly rows: readonly string[];
  /** In this table; in both without it. */
  readonly table?: Table;
  readonly text: string;
}

/** Where a comparison is not like for like, and what would make a peer faster. Their numbers are their places in this list. */
const footnotes: readonly Footnote[] = [
  {
    rows: ['ours'],
    text:
      'Does more than the peers: a second thread of the same process writes each purchase to SQLite, where it can be looked up and ' +
      'audited, keeps what became of each delivery, retries, parks, and opens circuits. The peers forget what is delivered. Where an ' +
      'Idempotency-Key comes along, it is kept with the purchase; here none does, and the peers would ignore it.',
  },
  {
    rows: ['outbox', 'pg-boss', 'graphile', 'bullmq', 'jetstream'],
    text:
      'The server is another process, on the same cores as the app and the load. On a machine of its own it would leave them to the app, ' +
      'and add the way there and back to each purchase. Ours and SQLite can have no such machine.',
  },
  {
    rows: ['outbox', 'pg-boss', 'graphile'],
    table: 'acknowledged',
    text:
      'Each request is a transaction of its own, on a pool of 20 connections; PostgreSQL syncs those that wait at the same time together. ' +
      'Writing what several requests brought by one statement would make it faster, as it does for SQLite here.',
  },
  {
    rows: ['pg-boss', 'graphile', 'bullmq'],
    text:
      'Two jobs for each purchase, one for each receiver, written atomically: so a receiver that is down does not hold up the other, and ' +
      'a retry goes to the one that failed. One job that posts to both would write half as much.',
  },
  {
    rows: ['pg-boss', 'graphile', 'bullmq'],
    text: 'Gives a purchase no number in sequence; here it comes from a counter in the app, which a restart would forget.',
  },
  {
    rows: ['pg-boss'],
    text:
      'Version 10 is the last for Node.js 20. Jobs are written with `insert`: `publish` writes them apart and keeps a failure to itself, so ' +
      'that a purchase could be kept for one receiver only. The worker loops over `fetch` and `complete`: `work` fetches one page each half ' +
      'second at most. Maintenance is off; completed jobs stay as rows.',
  },
  {
    rows: ['graphile'],
    table: 'delivered',
    text:
      'Version 0.17 is the last for Node.js 20. With the settings of its own benchmark: a local queue of 500 jobs, which are locked when ' +
      'they are fetched, and completions in batches. Jobs that a worker held when it was killed wait for up to four hours.',
  },
  {
    rows: ['bullmq'],
    text:
      'Its documentation advises a sync each second, with which a power cut takes the last second of acknowledged purchases; here Redis ' +
      'syncs before it answers, together for all that one turn of its event loop brought. It keeps all jobs in memory.',
  },
  {
    rows: ['sqlite'],
    table: 'acknowledged',
    text: 'The commit runs in the event loop: while one purchase is synced, nothing else happens.',
  },
  {
    rows: ['sqlite-grouped'],
    table: 'acknowledged',
    text:
      'Nearest to ours, with the sync in the event loop: whoever comes while it syncs waits, and joins the next group. A thread of its own ' +
      'for the database would free the loop, and cost a message each way.',
  },
  {
    rows: ['outbox', 'sqlite', 'sqlite-grouped'],
    table: 'delivered',
    text:
      'A worker takes a page of 100 rows, two pages at a time, and deletes a row once both receivers have confirmed it: a receiver that is ' +
      'down holds up the other, which ours, the job queues and JetStream keep apart. A row for each receiver would write twice as much.',
  },
  {
    rows: ['jetstream'],
    text:
      'See its settings above: without `sync_interval: always`, which nats-server knows from 2.10 on, a purchase is acknowledged when it ' +
      'is in the page cache, and synced some minutes later. It survives the death of the server, not a power cut: not like for like.',
  },
  {
    rows: ['jetstream'],
    table: 'delivered',
    text:
      'Acknowledging a delivery is sent and not waited for, as is usual, and the server writes it to disk later: a crash delivers again ' +
      'what was acknowledged last.',
  },
];

/** The numbers of a row's footnotes in a table. */
export function marksOf(row: string, table: Table): string {
  const applies = (note: Footnote) => note.rows.includes(row) && (note.table === undefined || note.table === table);
  return footnotes.flatMap((note, index) => (applies(note) ? [String(index + 1)] : [])).join(',');
}

/** Those that rows of these names have, with their numbers. */
export function footnotesOf(rows: readonly string[]): string[] {
  return footnotes.flatMap((note, index) =>
    note.rows.some((row) => rows.includes(row)) ? [`${index + 1}. ${note.text}`] : [],
  );
}
