import { PartsError } from '@parts/core/rules';
import Database from 'better-sqlite3';
import { outcomeUnknown, storageBusy, storageUnavailable } from '../port-errors.ts';

/**
 * Faults of the environment, not of this program, by primary result code
 * (https://www.sqlite.org/rescode.html). They may be gone at the next try.
 */
const OUTAGES = new Set([
  'SQLITE_CANTOPEN',
  'SQLITE_CORRUPT',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_NOMEM',
  'SQLITE_NOTADB',
  'SQLITE_PERM',
  'SQLITE_READONLY',
]);

/** An error of SQLite itself; `code` is the name of its extended result code. */
export interface SqliteFailure extends Error {
  readonly code: string;
}

export function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Database.SqliteError;
}

/** True when another connection holds the lock that is needed. */
export function isBusy(error: unknown): boolean {
  return isSqliteFailure(error) && primaryCode(error) === 'SQLITE_BUSY';
}

/** Turns what SQLite throws into the errors that the ports promise; leaves everything else as it is. */
export function toStorageError(error: unknown): unknown {
  if (!isSqliteFailure(error)) return error;
  if (isBusy(error)) {
    return storageBusy(error);
  }
  return OUTAGES.has(primaryCode(error)) ? storageUnavailable(error) : error;
}

/**
 * Turns what a failed COMMIT throws into the errors that the ports promise. The log may hold the
 * whole transaction by then, and recovery after a crash takes it when no other was written over it.
 * A full disk is no such case: the write that ends the transaction comes last and did not fit.
 */
export function toCommitError(error: unknown): unknown {
  if (isSqliteFailure(error) && error.code === 'SQLITE_FULL') return toStorageError(error);
  const reason = toStorageError(error);
  if (!(reason instanceof PartsError) || reason.code !== 'storage_unavailable') return reason;
  return outcomeUnknown(reason.cause ?? reason);
}

/** Runs a query; what it throws becomes a storage error. */
export function read<T>(query: () => T): T {
  try {
    return query();
  } catch (error) {
    throw toStorageError(error);
  }
}

function primaryCode(error: SqliteFailure): string {
  return error.code.split('_', 2).join('_');
}
