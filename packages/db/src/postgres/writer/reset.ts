import type { Part } from '@parts/core';
import type { Connection } from '../connection.ts';
import { insertSeed } from '../prepare-schema.ts';
import { settleAll } from '../settle-all.ts';
import { commit } from './write-group.ts';

/**
 * Brings back the first state in a new epoch. DELETE, since TRUNCATE waits for every open snapshot and lets
 * readers wait behind it. Switching the triggers off and on takes a lock that readers don't notice.
 */
export async function reset(connection: Connection, seed: readonly Part[]): Promise<void> {
  await settleAll<unknown>([
    connection.execute(`BEGIN ISOLATION LEVEL READ COMMITTED;
      SELECT FROM audit_head WHERE one FOR UPDATE;
      ALTER TABLE audit_entries DISABLE TRIGGER USER;
      ALTER TABLE parts DISABLE TRIGGER USER;
      DELETE FROM idempotency_keys;
      DELETE FROM audit_entries;
      DELETE FROM parts`),
    insertSeed(connection, seed),
    connection.execute(`ALTER TABLE audit_entries ENABLE TRIGGER USER;
      ALTER TABLE parts ENABLE TRIGGER USER;
      UPDATE event_cursor SET audit_id = 0;
      UPDATE audit_head SET epoch = substr(md5(gen_random_uuid()::text), 1, 12);
      NOTIFY parts_audit`),
    commit(connection),
  ]);
}
