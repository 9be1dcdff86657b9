import type { Part, PartsFilter, PartsQuery } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { and, asc, db, eq, gt, sql } from '../drizzle.ts';
import { describe } from '../query.ts';
import { parts } from '../schema.ts';
import { prepare } from '../statement.ts';
import { read } from '../storage-error.ts';

/** SQLite's word for "no limit" (https://www.sqlite.org/lang_select.html#limitoffset). */
export const NO_LIMIT = -1;

/** Parts that a stream holds in memory: about 2 ms of work, in which nobody else is served. */
const BATCH = 500;

const after = sql.placeholder('after');
const limit = sql.placeholder('limit');

const SELECT_ONE = describe(
  db
    .select()
    .from(parts)
    .where(eq(parts.id, sql.placeholder('id'))),
);
/** 1 for parts that were retired, 0 for those in use, null for both. */
const retired = sql.placeholder('retired');
const isWanted = sql`(${retired} IS NULL OR (${parts.retired_at} IS NOT NULL) = ${retired})`;

const SELECT_ALL = describe(
  db
    .select()
    .from(parts)
    .where(and(gt(parts.id, after), isWanted))
    .orderBy(asc(parts.id))
    .limit(limit),
);
const SELECT_OF_STATUS = describe(
  db
    .select()
    .from(parts)
    .where(and(eq(parts.status, sql.placeholder('status')), gt(parts.id, after), isWanted))
    .orderBy(asc(parts.id))
    .limit(limit),
);

/** The queries for parts on a connection, compiled once. */
export function createPartsReader(sqlite: Database) {
  const selectOne = prepare(sqlite, SELECT_ONE);
  const selectAll = prepare(sqlite, SELECT_ALL);
  const selectOfStatus = prepare(sqlite, SELECT_OF_STATUS);

  return {
    find: (id: number): Part | undefined => selectOne.get({ id }),

    list({ status, retired = false, after = 0, limit = NO_LIMIT }: PartsQuery): Part[] {
      const values = { after, limit, retired: retired === 'any' ? null : Number(retired) };
      return status === undefined
        ? selectAll.all(values)
        : selectOfStatus.all({ ...values, status });
    },
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
      const batch = read(() => reader.list({ ...filter, after, limit: BATCH }));
      const last = batch.at(-1);
      if (!last) return;
      yield batch;
      after = last.id;
    }
  } finally {
    snapshot.close();
  }
}
