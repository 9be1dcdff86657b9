import { DatabaseOpenError } from '../database-open-error.ts';

/** What had to be done to the schema while opening: nothing when both are equal. */
export interface SchemaUpdate {
  /** Version of the schema that was found; 0 for a new database, which also got the seed. */
  readonly migratedFrom: number;
  /** Version of the schema now. */
  readonly migratedTo: number;
}

/** @throws DatabaseOpenError when a schema is of a newer program */
export function refuseNewer(version: number, known: number): void {
  if (version <= known) return;
  throw new DatabaseOpenError(
    `its schema has version ${version}, but this program knows versions up to ${known}; start a newer program`,
  );
}

/** @throws DatabaseOpenError when a schema has to be brought up to date first */
export function refuseOlder(version: number, known: number): void {
  if (version >= known) return;
  throw new DatabaseOpenError(
    `its schema has version ${version}; a start of the server brings it to version ${known}`,
  );
}
