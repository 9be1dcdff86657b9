import type { Connection } from '../connection.ts';
import { ENTRY } from '../queries.ts';
import type { Ledger } from './ledger.ts';
import { oldestKeyAt } from './open-ledger.ts';

/** New keys between two cleanups: fewer than a cleanup looks at, so that expired ones get fewer. */
const CLEANUP_INTERVAL = 500;

/** Keys that one cleanup looks at. */
const CLEANUP_STEP = 1000;

// The triggers change the parts.
const INSERT_ENTRIES = `INSERT INTO audit_entries (${ENTRY}, commit_mark)
  SELECT ${ENTRY}, CASE WHEN id = $2::bigint THEN $3::uuid END
  FROM json_to_recordset($1::json) AS new (id bigint, part_id bigint, kind text, old_status text,
    new_status text, version bigint, changes json, actor text, reason text, request_id text, changed_at text)`;

// A key that expired makes room for the new one.
const INSERT_KEYS = `INSERT INTO idempotency_keys (audit_id, part_id, key, fingerprint, created_at)
  SELECT audit_id, part_id, key, fingerprint, created_at
  FROM json_to_recordset($1::json) AS new (audit_id bigint, part_id bigint, key text, fingerprint text, created_at text)
  ON CONFLICT (part_id, key) DO UPDATE SET audit_id = excluded.audit_id,
    fingerprint = excluded.fingerprint, created_at = excluded.created_at`;

const OLDEST_KEYS = `audit_id = ANY (ARRAY(
  SELECT audit_id FROM idempotency_keys ORDER BY audit_id LIMIT ${CLEANUP_STEP}))`;

const DELETE_EXPIRED = `DELETE FROM idempotency_keys WHERE ${OLDEST_KEYS} AND created_at < $1`;

// The clock was ahead. Left as they are, such keys would hide those that expire before them.
const RENEW_FROM_FUTURE = `UPDATE idempotency_keys SET created_at = $1 WHERE ${OLDEST_KEYS} AND created_at > $1`;

/**
 * Sends what a ledger has to write, without waiting for the answers.
 *
 * @param lifetime of an idempotency key, in milliseconds
 */
export function createLedgerWriter(lifetime: number) {
  let untilCleanup = 0;

  /** @param mark of the transaction, kept with its first entry */
  return function storeLedger(
    connection: Connection,
    { newEntries, newKeys }: Ledger,
    mark: string,
  ): Promise<unknown>[] {
    const sent: Promise<unknown>[] = [];
    const send = (name: string, text: string, ...values: unknown[]) =>
      sent.push(connection.query({ name, text, values }));

    const [first] = newEntries;
    if (first) send('insert entries', INSERT_ENTRIES, JSON.stringify(newEntries), first.id, mark);
    const keys = [...newKeys.values()];
    const [key] = keys;
    if (!key) return sent;
    untilCleanup -= keys.length;
    if (untilCleanup <= 0) {
      untilCleanup = CLEANUP_INTERVAL;
      send('delete expired', DELETE_EXPIRED, oldestKeyAt(key.created_at, lifetime));
      send('renew', RENEW_FROM_FUTURE, key.created_at);
    }
    send('insert keys', INSERT_KEYS, JSON.stringify(keys));
    return sent;
  };
}
