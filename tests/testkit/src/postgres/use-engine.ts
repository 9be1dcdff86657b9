import type { CleanUp } from '../temporary-directory.ts';
import { createDatabase, isOnPostgres } from './create-database.ts';

const databases = new Map<string, Promise<string>>();

/**
 * Where tests run on PostgreSQL, a directory stands for a database, as it does with a file in it: servers that
 * are started in the same one share it.
 *
 * @param env of the server; a database that it names is left as it is
 * @returns the environment to start the server with
 */
export async function useEngine(
  env: Readonly<Record<string, string>>,
  directory: string,
  cleanUp?: CleanUp,
): Promise<Readonly<Record<string, string>>> {
  const isChosen = 'DATABASE_URL' in env || 'DATABASE_PATH' in env;
  if (isChosen || !isOnPostgres()) return env;
  const database = databases.get(directory) ?? createDatabase(cleanUp);
  databases.set(directory, database);
  return { DATABASE_URL: await database, ...env };
}
