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
];
