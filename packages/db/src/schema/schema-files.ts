import { readdirSync, readFileSync } from 'node:fs';

/** The schema of an engine, as SQL. */
export interface SchemaFiles {
  /** In the order of their numbers. */
  readonly migrations: readonly string[];
  /** The triggers. */
  readonly guards: string;
}

/**
 * Reads the files of an engine. It must be called when the program starts: a reset has to bring back the
 * schema of this program, even when the folder was replaced meanwhile.
 */
export function readSchemaFiles(engine: 'sqlite' | 'postgres'): SchemaFiles {
  // The bundle lies two levels below its package as well.
  const directory = new URL(`../../migrations/${engine}/`, import.meta.url);
  const read = (file: string) => readFileSync(new URL(file, directory), 'utf8');
  const names = readdirSync(directory).filter((file) => /^\d{4}-.*\.sql$/.test(file));
  return { migrations: names.sort().map(read), guards: read('guards.sql') };
}
