import type { FigureSource } from './figure-source.js';

/** Size of a SQLite database, as `databaseFigures` of `shared/sqlite` has it. */
interface DatabaseFigures {
  readonly fileBytes: number;
  readonly logBytes: number;
  readonly pages: number;
  readonly freePages: number;
}

/** Shows the size of a service's SQLite database. */
export function databaseMetrics<Figures>(
  source: FigureSource<Figures>,
  database: (figures: Figures) => DatabaseFigures | undefined,
): void {
  const gauge = (name: string, help: string, figure: (figures: DatabaseFigures) => number) => {
    source.gauge({ name: `sqlite_${name}`, help }, (figures) => {
      const size = database(figures);
      return size && figure(size);
    });
  };
  gauge('file_bytes', 'Size of the database file.', ({ fileBytes }) => fileBytes);
  const log =
    "Size of SQLite's own log (-wal), which is copied into the database now and then: it should not grow for long.";
  gauge('wal_bytes', log, ({ logBytes }) => logBytes);
  gauge('pages', 'Pages of the database, those in its own log among them.', ({ pages }) => pages);
  gauge('free_pages', 'Pages of the database that hold nothing and are used again.', ({ freePages }) => freePages);
}
