import Database from 'better-sqlite3';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';

/**
 * Takes the lock that writers wait for, as another server does.
 *
 * @param database the path of a SQLite file, or the URL of a PostgreSQL database
 * @returns a function that releases it
 */
export async function holdWriteLock(database: string): Promise<() => Promise<void>> {
  if (/^postgres(ql)?:/.test(database)) {
    const client = new Client(database);
    onTestFinished(() => client.end());
    await client.connect();
    await client.query('BEGIN; SELECT FROM audit_head FOR UPDATE');
    return () => client.end();
  }
  const sqlite = new Database(database);
  onTestFinished(() => void sqlite.close());
  sqlite.exec('BEGIN IMMEDIATE');
  return async () => void sqlite.close();
}
