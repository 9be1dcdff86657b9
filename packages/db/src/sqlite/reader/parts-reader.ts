import { isChosen, MAX_WORDS, type Part, type PartsFilter, type PartsQuery } from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { SQL } from 'drizzle-orm';
import type { SearchStep } from '../../search-in-steps.ts';
import { and, asc, db, desc, eq, gt, lte, or, sql } from '../drizzle.ts';
import { describe, describeLookUp } from '../query.ts';
import { parts } from '../schema.ts';
import { prepare } from '../statement.ts';
import { read } from '../storage-error.ts';

/** SQLite's word for "no limit" (https://www.sqlite.org/lang_select.html#limitoffset). */
export const NO_LIMIT = -1;

/** Parts that a stream holds in memory: about 2 ms of work, in which nobody else is served. */
const BATCH = 500;

const after = sql.placeholder('after');
const limit = sql.placeholder('limit');

/** 1 for parts that were retired, 0 for those in use, null for both. */
const retired = sql.placeholder('retired');
const isWanted = sql`(${retired} IS NULL OR (${parts.retired_at} IS NOT NULL) = ${retired})`;

const describeList = (...conditions: readonly (SQL | undefined)[]) =>
  describe(
    db
      .select()
      .from(parts)
      .where(and(gt(parts.id, after), isWanted, ...conditions))
      .orderBy(asc(parts.id))
      .limit(limit),
  );

const SELECT_ONE = describeLookUp(parts, parts.id);
const SELECT_NUMBER = describeLookUp(parts, parts.part_number);
const SELECT_ALL = describeList();
const SELECT_OF_STATUS = describeList(eq(parts.status, sql.placeholder('status')));

const WORD_NAMES = Array.from({ length: MAX_WORDS }, (_, place) => `word${place}`);

/** True when a text of a part has the word that LIKE looks for, whatever its ASCII case. */
const hasWord = (name: string) =>
  or(
    ...[parts.part_number, parts.name, parts.description].map(
      (column) => sql`${column} LIKE ${sql.placeholder(name)} ESCAPE '\\'`,
    ),
  );

const SEARCH = describeList(
  lte(parts.id, sql.placeholder('last')),
  sql`(${sql.placeholder('status')} IS NULL OR ${parts.status} = ${sql.placeholder('status')})`,
  ...WORD_NAMES.map(hasWord),
);
const SELECT_LAST = describe(
  db.select({ id: parts.id }).from(parts).orderBy(desc(parts.id)).limit(1),
);
/** Of some parts, so that the event loop is free between them. */
const COUNT_BY_STATUS = describe(
  db
    .select({ status: parts.status, count: sql<number>`count(*)`.as('count') })
    .from(parts)
    .where(and(gt(parts.id, after), lte(parts.id, sql.placeholder('last')), isWanted))
    .groupBy(parts.status),
);

/** The queries for parts on a connection, compiled once. */
export function createPartsReader(sqlite: Database) {
  const selectOne = prepare(sqlite, SELECT_ONE);
  const selectAll = prepare(sqlite, SELECT_ALL);
  const selectOfStatus = prepare(sqlite, SELECT_OF_STATUS);
  const selectNumber = prepare(sqlite, SELECT_NUMBER);
  const selectMatching = prepare(sqlite, SEARCH);
  const selectLast = prepare(sqlite, SELECT_LAST);
  const countStep = prepare(sqlite, COUNT_BY_STATUS);

  /** At most as many as there are numbers, which an index finds. */
  function findNumbers({ after = 0, limit, partNumbers = [], ...filter }: PartsQuery): Part[] {
    const found = partNumbers.flatMap((part_number) => selectNumber.all({ part_number }));
    return [...new Map(found.map((part) => [part.id, part])).values()]
      .filter((part) => part.id > after && isChosen(part, filter))
      .sort((one, other) => one.id - other.id)
      .slice(0, limit);
  }

  return {
    find: (id: number): Part | undefined => selectOne.get({ id }),

    /** Not for a search by words alone: that takes several steps. */
    list(query: PartsQuery): Part[] {
      const { status, after = 0, limit = NO_LIMIT } = query;
      if (query.partNumbers) return findNumbers(query);
      const values = { after, limit, retired: toFlag(query) };
      return status === undefined
        ? selectAll.all(values)
        : selectOfStatus.all({ ...values, status });
    },

    /** One step of a search by words. */
    search(filter: PartsFilter, step: SearchStep) {
      const { status = null, words = [] } = filter;
      const patterns = WORD_NAMES.map((name, place) => [name, toPattern(words[place] ?? '')]);
      const values = { ...step, status, retired: toFlag(filter), ...Object.fromEntries(patterns) };
      return { rows: selectMatching.all(values), end: selectLast.get({})?.id ?? 0 };
    },

    countByStatus({ after, last }: SearchStep) {
      return { rows: countStep.all({ after, last, retired: 0 }), end: selectLast.get({})?.id ?? 0 };
    },
  };
}

function toFlag({ retired = false }: PartsFilter): number | null {
  return retired === 'any' ? null : Number(retired);
}

/** Finds a text anywhere in another (https://www.sqlite.org/lang_expr.html#like). */
function toPattern(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;
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
