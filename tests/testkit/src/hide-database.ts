import { rename } from 'node:fs/promises';
import { queryDatabase } from './query-database.ts';

/**
 * Takes a database away from the servers that have it open.
 *
 * @param database the path of a SQLite file, or the URL of a PostgreSQL database
 * @returns a function that brings it back
 */
export async function hideDatabase(database: string): Promise<() => Promise<void>> {
  if (!/^postgres(ql)?:/.test(database)) {
    await rename(database, `${database}.away`);
    return () => rename(`${database}.away`, database);
  }
  const name = new URL(database).pathname.slice(1);
  const administration = Object.assign(new URL(database), { pathname: 'postgres' }).href;
  const allowConnections = async (isAllowed: boolean) => {
    await queryDatabase(administration, `ALTER DATABASE ${name} ALLOW_CONNECTIONS ${isAllowed}`);
  };
  await allowConnections(false);
  await queryDatabase(
    administration,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  );
  return () => allowConnections(true);
}
