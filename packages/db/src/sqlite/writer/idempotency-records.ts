import type { Part, StatusChange } from '@parts/core';
import { and, asc, type DrizzleDatabase, eq, sql } from '../drizzle.ts';
import { idempotencyKeys } from '../schema.ts';
import { prepareDirect } from '../statement.ts';

/** Expired records that one new record takes away: more than one, so that they get fewer. */
const CLEANUP_STEP = 4;

/** The results of status changes that came with an idempotency key. Must be used inside the change's transaction. */
export interface IdempotencyRecords {
  /** What the key of the change came with first, if it came before. */
  find(change: StatusChange): { readonly fingerprint: string; readonly part: Part } | undefined;
  /** Keeps the result of a change that has a key, and removes a few records that expired. */
  add(change: StatusChange, result: Part): void;
}

/** @param lifetime of a record, in milliseconds */
export function createIdempotencyRecords(
  db: DrizzleDatabase,
  lifetime: number,
): IdempotencyRecords {
  const select = prepareDirect(
    db,
    db
      .select()
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.part_id, sql.placeholder('part_id')),
          eq(idempotencyKeys.key, sql.placeholder('key')),
        ),
      ),
  );
  const insert = prepareDirect(
    db,
    db.insert(idempotencyKeys).values({
      part_id: sql.placeholder('part_id'),
      key: sql.placeholder('key'),
      fingerprint: sql.placeholder('fingerprint'),
      result: sql.placeholder('result'),
      created_at: sql.placeholder('created_at'),
    }),
  );
  const remove = prepareDirect(
    db,
    db.delete(idempotencyKeys).where(eq(idempotencyKeys.id, sql.placeholder('id'))),
  );
  const renew = prepareDirect(
    db,
    db
      .update(idempotencyKeys)
      .set({
        id: sql`(SELECT max(${idempotencyKeys.id}) + 1 FROM ${idempotencyKeys})`,
        created_at: sql`${sql.placeholder('created_at')}`,
      })
      .where(eq(idempotencyKeys.id, sql.placeholder('id'))),
  );
  const selectFirst = prepareDirect(
    db,
    db
      .select({ id: idempotencyKeys.id, created_at: idempotencyKeys.created_at })
      .from(idempotencyKeys)
      .orderBy(asc(idempotencyKeys.id))
      .limit(CLEANUP_STEP),
  );

  /** Records from before this time have expired. */
  function oldestAt({ changedAt }: StatusChange): string {
    return new Date(Date.parse(changedAt) - lifetime).toISOString();
  }

  return {
    find(change) {
      if (!change.idempotency) return undefined;
      const { key } = change.idempotency;
      const record = select.get({ part_id: change.partId, key });
      if (!record) return undefined;
      if (record.created_at < oldestAt(change)) {
        remove.run({ id: record.id });
        return undefined;
      }
      return { fingerprint: record.fingerprint, part: JSON.parse(record.result) };
    },

    add(change, result) {
      if (!change.idempotency) return;
      const { partId: part_id, changedAt, idempotency } = change;
      const oldest = oldestAt(change);
      for (const { id, created_at } of selectFirst.all({})) {
        if (created_at < oldest) remove.run({ id });
        // The clock was ahead. Left in front, the record would hide those that expire before it.
        else if (created_at > changedAt) renew.run({ id, created_at: changedAt });
      }
      insert.run({
        ...idempotency,
        part_id,
        result: JSON.stringify(result),
        created_at: changedAt,
      });
    },
  };
}
