import type { Migrations } from '../../sqlite/index.js';

/** Schema of the local engine's database, `checkout.sqlite`. Times are milliseconds since the epoch. */
export const migrations: Migrations = [
  `
  -- What the database knows of the log it belongs to: one row.
  CREATE TABLE log_state (
    only_row        INTEGER PRIMARY KEY CHECK (only_row = 1),
    identity        TEXT,
    projected       INTEGER NOT NULL,
    low_water_mark  INTEGER NOT NULL CHECK (low_water_mark <= projected)
  ) STRICT;
  INSERT INTO log_state VALUES (1, NULL, 0, 0);

  -- Every purchase, as the log held it.
  CREATE TABLE purchases (
    sequence         INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    idempotency_key  TEXT,
    record           TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX purchases_by_idempotency_key ON purchases (idempotency_key) WHERE idempotency_key IS NOT NULL;

  CREATE TABLE destinations (
    number       INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    start_after  INTEGER NOT NULL,
    cursor       INTEGER NOT NULL CHECK (cursor >= start_after),
    finished     INTEGER NOT NULL DEFAULT 0, -- entries confirmed or discarded
    paused       INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- Outcomes. An entry without a row is pending.
  CREATE TABLE deliveries (
    destination       INTEGER NOT NULL REFERENCES destinations (number),
    sequence          INTEGER NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('confirmed', 'retrying', 'parked', 'discarded')),
    attempts          INTEGER NOT NULL,
    attempts_counted  INTEGER NOT NULL,
    at                INTEGER NOT NULL,
    next_attempt_at   INTEGER,
    detail            TEXT, -- last error, or the reason of a discard
    PRIMARY KEY (destination, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_retrying ON deliveries (destination, sequence) WHERE state = 'retrying';
  CREATE INDEX deliveries_parked ON deliveries (destination, sequence) WHERE state = 'parked';
  `,
  `
  -- Discards are few: without it, listing them reads every confirmed delivery before the first.
  CREATE INDEX deliveries_discarded ON deliveries (destination, sequence) WHERE state = 'discarded';
  `,
  `
  -- A destination that was removed by an explicit word keeps its row and is owed nothing; NULL: it is owed every purchase.
  ALTER TABLE destinations ADD COLUMN removed_at INTEGER;
  -- Entries per second until it has caught up with the log; NULL: as fast as it takes them.
  ALTER TABLE destinations ADD COLUMN catch_up_rate REAL CHECK (catch_up_rate > 0);

  -- SQLite cannot change a CHECK. 'held': waits behind an open entry with the same key. key: NULL in final outcomes, and in those
  -- that were open before there was one.
  CREATE TABLE deliveries_with_key (
    destination       INTEGER NOT NULL REFERENCES destinations (number),
    sequence          INTEGER NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('confirmed', 'retrying', 'parked', 'discarded', 'held')),
    attempts          INTEGER NOT NULL,
    attempts_counted  INTEGER NOT NULL,
    at                INTEGER NOT NULL,
    next_attempt_at   INTEGER,
    detail            TEXT, -- last error, reason of a discard, or what a held entry waits behind
    key               TEXT CHECK (key IS NULL OR state IN ('retrying', 'parked', 'held')),
    PRIMARY KEY (destination, sequence)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO deliveries_with_key SELECT *, NULL FROM deliveries;
  DROP TABLE deliveries;
  ALTER TABLE deliveries_with_key RENAME TO deliveries;
  CREATE INDEX deliveries_retrying ON deliveries (destination, sequence) WHERE state = 'retrying';
  CREATE INDEX deliveries_parked ON deliveries (destination, sequence) WHERE state = 'parked';
  CREATE INDEX deliveries_discarded ON deliveries (destination, sequence) WHERE state = 'discarded';
  CREATE INDEX deliveries_held ON deliveries (destination, sequence) WHERE state = 'held';
  CREATE INDEX deliveries_by_key ON deliveries (destination, key, sequence) WHERE key IS NOT NULL;

  -- What people decided, in the order in which it took effect. Who is not known.
  CREATE TABLE decisions (
    number       INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    what         TEXT NOT NULL CHECK (what IN ('retry', 'discard', 'pause', 'resume', 'add', 'remove', 'restore')),
    destination  INTEGER NOT NULL REFERENCES destinations (number),
    sequence     INTEGER, -- NULL: it is about the destination
    why          TEXT,
    before       TEXT,    -- what had become of the delivery until then, in words
    rate         REAL     -- of a resume: entries per second until it has caught up, if one was set
  ) STRICT;
  CREATE INDEX decisions_by_delivery ON decisions (destination, sequence) WHERE sequence IS NOT NULL;
  -- A retry of all that is parked writes a row for each: without it, the decisions of another destination are found behind them.
  CREATE INDEX decisions_by_destination ON decisions (destination);
  `,
  `
  -- Keys of purchases up to this one have been let go of where they had expired: where to go on.
  ALTER TABLE log_state ADD COLUMN keys_let_go INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- SQLite cannot change a CHECK. 'redeliver': what was confirmed is delivered again.
  CREATE TABLE decisions_with_redeliver (
    number       INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    what         TEXT NOT NULL
                 CHECK (what IN ('retry', 'redeliver', 'discard', 'pause', 'resume', 'add', 'remove', 'restore')),
    destination  INTEGER NOT NULL REFERENCES destinations (number),
    sequence     INTEGER, -- NULL: it is about the destination
    why          TEXT,
    before       TEXT,    -- what had become of the delivery until then, in words
    rate         REAL     -- of a resume: entries per second until it has caught up, if one was set
  ) STRICT;
  INSERT INTO decisions_with_redeliver SELECT * FROM decisions;
  DROP TABLE decisions;
  ALTER TABLE decisions_with_redeliver RENAME TO decisions;
  CREATE INDEX decisions_by_delivery ON decisions (destination, sequence) WHERE sequence IS NOT NULL;
  CREATE INDEX decisions_by_destination ON decisions (destination);
  `,
];
