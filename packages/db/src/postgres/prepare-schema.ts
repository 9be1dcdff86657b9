import { type AuditPosition, PART_STATUSES, type Part } from '@parts/core';
import { readSchemaFiles } from '../schema/schema-files.ts';
import { refuseNewer, refuseOlder, type SchemaUpdate } from '../schema/schema-update.ts';
import { refuseUnfinished } from '../unfinished-copy.ts';
import type { Connection } from './connection.ts';
import { END, PART } from './queries.ts';

const { migrations, guards: GUARDS } = readSchemaFiles('postgres');

/** "PART" in ASCII: the lock of those who prepare the schema. */
const LOCK = 0x50415254;

/**
 * Brings schema, statuses and triggers up to date; a new database gets the seed too. All of it is one
 * transaction under a lock that servers which start together share.
 *
 * @param mustExist changes nothing, and refuses a schema that has to be changed
 * @throws DatabaseOpenError when the schema is of a newer program, or a copy into it did not finish
 */
export async function prepareSchema(
  connection: Connection,
  seed: readonly Part[],
  mustExist: boolean,
): Promise<SchemaUpdate> {
  await connection.execute(
    `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock(${LOCK})`,
  );
  const { version: migratedFrom, guards } = await readVersion(connection);
  const migratedTo = migrations.length;
  refuseNewer(migratedFrom, migratedTo);
  if (migratedFrom > 0) refuseUnfinished((await connection.query<AuditPosition>(END))[0]?.epoch);
  if (mustExist) {
    refuseOlder(migratedFrom, migratedTo);
    return { migratedFrom, migratedTo };
  }
  for (const migration of migrations.slice(migratedFrom)) await connection.execute(migration);
  await connection.query({
    name: 'insert statuses',
    text: 'INSERT INTO statuses SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
    values: [PART_STATUSES],
  });
  if (migratedFrom === 0) await insertSeed(connection, seed);
  if (guards !== GUARDS || migratedFrom < migratedTo) {
    await connection.execute(GUARDS);
    await connection.execute('DELETE FROM parts_schema');
    await connection.query({
      name: 'insert version',
      text: 'INSERT INTO parts_schema (version, guards) VALUES ($1, $2)',
      values: [migratedTo, GUARDS],
    });
  }
  await connection.execute('COMMIT');
  return { migratedFrom, migratedTo };
}

interface SchemaVersion {
  readonly version: number;
  /** The triggers as they were set. */
  readonly guards: string;
}

async function readVersion(connection: Connection): Promise<SchemaVersion> {
  const none = { version: 0, guards: '' };
  const [found] = await connection.query<{ is_there: boolean }>({
    name: 'find version',
    text: "SELECT to_regclass('parts_schema') IS NOT NULL AS is_there",
    values: [],
  });
  if (!found?.is_there) {
    await connection.execute(
      'CREATE TABLE parts_schema (version int NOT NULL, guards text NOT NULL)',
    );
    return none;
  }
  const text = 'SELECT version, guards FROM parts_schema';
  const [row] = await connection.query<SchemaVersion>({ name: 'read version', text, values: [] });
  return row ?? none;
}

/** Must run before the triggers are set, or while they are off: the parts of a seed have no entries. */
export function insertSeed(connection: Connection, seed: readonly Part[]): Promise<unknown> {
  return connection.query({
    name: 'insert seed',
    text: `INSERT INTO parts (${PART}) SELECT ${PART} FROM json_populate_recordset(NULL::parts, $1::json)`,
    values: [JSON.stringify(seed)],
  });
}
