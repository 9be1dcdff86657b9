import type { KeyRecord, PartChange } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { prepare } from '../statement.ts';
import type { WriterQueries } from './queries.ts';

/** New keys between two cleanups: fewer than a cleanup looks at, so that expired ones get fewer. */
const CLEANUP_INTERVAL = 500;

/** Which audit entry came with which idempotency key. Must be used inside the change's transaction. */
export interface IdempotencyRecords {
  /** What the key of the change came with first, if it came before. */
  find(change: PartChange): KeyRecord | undefined;
  /** Keeps the key of a change that has one, and now and then removes keys that expired. */
  add(change: PartChange, auditId: number): void;
}

/** @param lifetime of a key, in milliseconds */
export function createIdempotencyRecords(
  sqlite: Database,
  queries: WriterQueries,
  lifetime: number,
): IdempotencyRecords {
  const select = prepare(sqlite, queries.selectKey);
  const selectEntry = prepare(sqlite, queries.selectEntry);
  const insert = prepare(sqlite, queries.insertKey);
  const remove = prepare(sqlite, queries.deleteKey);
  const removeExpired = prepare(sqlite, queries.deleteExpiredKeys);
  const renewFromTheFuture = prepare(sqlite, queries.renewKeysFromTheFuture);
  let untilCleanup = 0;

  /** Keys from before this time have expired. */
  function oldestAt({ changedAt }: PartChange): string {
    return new Date(Date.parse(changedAt) - lifetime).toISOString();
  }

  return {
    find(change) {
      if (!change.idempotency) return undefined;
      const row = select.get({ part_id: change.partId, key: change.idempotency.key });
      if (!row) return undefined;
      const { audit_id, fingerprint, created_at } = row;
      if (created_at < oldestAt(change)) {
        remove.run({ audit_id });
        return undefined;
      }
      const entry = selectEntry.get({ id: audit_id });
      if (!entry) throw new Error('an idempotency key without its entry');
      return { fingerprint, version: entry.version };
    },

    add(change, audit_id) {
      if (!change.idempotency) return;
      if (untilCleanup === 0) {
        untilCleanup = CLEANUP_INTERVAL;
        removeExpired.runAny({ oldest: oldestAt(change) });
        renewFromTheFuture.runAny({ now: change.changedAt });
      }
      untilCleanup -= 1;
      const { partId: part_id, changedAt: created_at, idempotency } = change;
      insert.run({ ...idempotency, audit_id, part_id, created_at });
    },
  };
}
