import type { PartChange } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { insertInto, prepare } from '../statement.ts';

/** New keys between two cleanups: fewer than a cleanup looks at, so that expired ones get fewer. */
const CLEANUP_INTERVAL = 500;

/** Keys that one cleanup looks at. */
const CLEANUP_STEP = 1000;

const FIND = `SELECT audit_id, fingerprint, created_at FROM idempotency_keys
  WHERE part_id = :partId AND key = :key`;

const OLDEST = `audit_id IN (SELECT audit_id FROM idempotency_keys ORDER BY audit_id LIMIT ${CLEANUP_STEP})`;

const DELETE_EXPIRED = `DELETE FROM idempotency_keys WHERE ${OLDEST} AND created_at < :oldest`;

// The clock was ahead. Left as they are, such keys would hide those that expire before them.
const RENEW_FROM_FUTURE = `UPDATE idempotency_keys SET created_at = :now WHERE ${OLDEST} AND created_at > :now`;

interface KeyRecord {
  readonly audit_id: number;
  readonly fingerprint: string;
  readonly created_at: string;
}

/** Which audit entry came with which idempotency key. Must be used inside the change's transaction. */
export interface IdempotencyRecords {
  /** What the key of the change came with first, if it came before. */
  find(change: PartChange): KeyRecord | undefined;
  /** Keeps the key of a change that has one, and now and then removes keys that expired. */
  add(change: PartChange, auditId: number): void;
}

/** @param lifetime of a key, in milliseconds */
export function createIdempotencyRecords(sqlite: Database, lifetime: number): IdempotencyRecords {
  const select = prepare<KeyRecord>(sqlite, FIND);
  const insert = prepare(
    sqlite,
    insertInto('idempotency_keys', 'audit_id, part_id, key, fingerprint, created_at'),
  );
  const remove = prepare(sqlite, 'DELETE FROM idempotency_keys WHERE audit_id = :audit_id');
  const removeExpired = prepare(sqlite, DELETE_EXPIRED);
  const renewFromFuture = prepare(sqlite, RENEW_FROM_FUTURE);
  let untilCleanup = 0;

  /** Keys from before this time have expired. */
  function oldestAt({ changedAt }: PartChange): string {
    return new Date(Date.parse(changedAt) - lifetime).toISOString();
  }

  return {
    find(change) {
      if (!change.idempotency) return undefined;
      const record = select.get({ partId: change.partId, key: change.idempotency.key });
      if (record && record.created_at < oldestAt(change)) {
        remove.run({ ...record });
        return undefined;
      }
      return record;
    },

    add(change, audit_id) {
      if (!change.idempotency) return;
      if (untilCleanup === 0) {
        untilCleanup = CLEANUP_INTERVAL;
        removeExpired.runAny({ oldest: oldestAt(change) });
        renewFromFuture.runAny({ now: change.changedAt });
      }
      untilCleanup -= 1;
      const { partId: part_id, changedAt: created_at, idempotency } = change;
      insert.run({ ...idempotency, audit_id, part_id, created_at });
    },
  };
}
