import type { Part, PartsFilter } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { type Dialect, LAST_PART, listParts, PART, type Stretch } from '../../queries.ts';
import type { SearchStep } from '../../search-in-steps.ts';
import { createLister, prepare } from '../statement.ts';
import { read } from '../storage-error.ts';

/** Parts that a stream holds in memory: about 2 ms of work, in which nobody else is served. */
const BATCH = 500;

const FIND = `SELECT ${PART} FROM parts WHERE id = :id`;

const DIALECT: Dialect = {
  // https://www.sqlite.org/lang_expr.html#like
  hasWord: (column, name) => `${column} LIKE :${name} ESCAPE '\\'`,
  encodeWord: (word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`,
  // By their ids: else a filter by status makes SQLite look at all parts of that status.
  hasNumber:
    'id IN (SELECT id FROM parts WHERE part_number IN (SELECT value FROM json_each(:numbers)))',
  encodeList: JSON.stringify,
};

/** The queries for parts on a connection, compiled once. */
export function createPartsReader(sqlite: Database) {
  const find = prepare<Part>(sqlite, FIND);
  const selectLast = prepare<{ readonly id: number }>(sqlite, `SELECT ${LAST_PART} AS id`);
  const runList = createLister<Part>(sqlite);
  const list = (filter: PartsFilter, range: Stretch) => runList(listParts(DIALECT, filter, range));
  const findLast = () => selectLast.get()?.id ?? 0;

  return {
    find: (id: number) => find.get({ id }),
    /** Not for a search by words alone: that takes several steps. */
    list,
    findLast,
    /** One step of a search by words. */
    search: (filter: PartsFilter, step: SearchStep) => ({
      rows: list(filter, step),
      end: findLast(),
    }),
  };
}

/**
 * Reads all parts from one snapshot, which is closed with the end of the stream, also when that comes early.
 *
 * @param openSnapshot opens a read transaction on a connection of its own
 */
export async function* streamParts(
  openSnapshot: () => Database,
  filter: PartsFilter,
): AsyncGenerator<readonly Part[]> {
  const snapshot = read(openSnapshot);
  try {
    const reader = createPartsReader(snapshot);
    let after = 0;
    for (;;) {
      const batch = read(() => reader.list(filter, { after, limit: BATCH }));
      const last = batch.at(-1);
      if (!last) return;
      yield batch;
      after = last.id;
    }
  } finally {
    snapshot.close();
  }
}
