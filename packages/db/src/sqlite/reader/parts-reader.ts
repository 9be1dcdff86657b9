import type { Part, PartsFilter, PartsQuery } from '@parts/core';
import { and, asc, type DrizzleDatabase, eq, gt, sql } from '../drizzle.ts';
import { parts } from '../schema.ts';
import { prepareDirect } from '../statement.ts';
import { read } from '../storage-error.ts';

/** SQLite's word for "no limit" (https://www.sqlite.org/lang_select.html#limitoffset). */
export const NO_LIMIT = -1;

/** Parts that a stream holds in memory: about 2 ms of work, in which nobody else is served. */
const BATCH = 500;

/** A view of the database that stays as it is until it is closed. */
export interface Snapshot {
  readonly db: DrizzleDatabase;
  close(): void;
}

export type OpenSnapshot = () => Snapshot;

/** The queries for parts on a connection, compiled once. */
export function createPartsReader(db: DrizzleDatabase) {
  const after = sql.placeholder('after');
  const limit = sql.placeholder('limit');

  const selectOne = prepareDirect(
    db,
    db
      .select()
      .from(parts)
      .where(eq(parts.id, sql.placeholder('id'))),
  );
  const selectAll = prepareDirect(
    db,
    db.select().from(parts).where(gt(parts.id, after)).orderBy(asc(parts.id)).limit(limit),
  );
  const selectOfStatus = prepareDirect(
    db,
    db
      .select()
      .from(parts)
      .where(and(eq(parts.status, sql.placeholder('status')), gt(parts.id, after)))
      .orderBy(asc(parts.id))
      .limit(limit),
  );

  return {
    find: (id: number): Part | undefined => selectOne.get({ id }),

    list({ status, after = 0, limit = NO_LIMIT }: PartsQuery): Part[] {
      if (status === undefined) return selectAll.all({ after, limit });
      return selectOfStatus.all({ status, after, limit });
    },
  };
}

/** Reads all parts from one snapshot. It is closed with the end of the stream, also when that comes early. */
export async function* streamParts(
  openSnapshot: OpenSnapshot,
  filter: PartsFilter,
): AsyncGenerator<readonly Part[]> {
  const snapshot = read(openSnapshot);
  try {
    const reader = createPartsReader(snapshot.db);
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
