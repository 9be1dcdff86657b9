import type { ChangeResult, StatusChange } from '@parts/core';
import { checkRetry, decideChange, restoreVersion } from '@parts/core/rules';
import type { Database } from 'better-sqlite3';
import { prepare } from '../statement.ts';
import type { IdempotencyRecords } from './idempotency-records.ts';
import type { WriterQueries } from './queries.ts';

/**
 * The one place where a change is written: the audit entry, whose insert changes the part
 * (migrations/guards.sql), and the idempotency record. The function that it returns must run
 * inside a transaction; whatever it throws, nothing of the change may be kept.
 */
export function createChangeApplier(
  sqlite: Database,
  queries: WriterQueries,
  idempotency: IdempotencyRecords,
): (change: StatusChange) => ChangeResult {
  const selectPart = prepare(sqlite, queries.selectPart);
  const selectEntry = prepare(sqlite, queries.selectEntry);
  const insertEntry = prepare(sqlite, queries.insertEntry);

  return function applyChange(change) {
    const earlier = idempotency.find(change);
    const current = selectPart.get({ id: change.partId });
    if (earlier) {
      checkRetry(change, earlier.fingerprint);
      const entry = selectEntry.get({ id: earlier.audit_id });
      if (!current || !entry) throw new Error('an idempotency key without its part or entry');
      return { part: restoreVersion(current, entry.version, [entry]), replayed: true };
    }
    const { part, entry } = decideChange(current, change);
    const { lastInsertRowid } = insertEntry.run({ id: null, ...entry });
    idempotency.add(change, lastInsertRowid);
    return { part, replayed: false };
  };
}
