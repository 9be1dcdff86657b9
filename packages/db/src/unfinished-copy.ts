import { DatabaseOpenError } from './database-open-error.ts';

/** The epoch of a storage while a copy fills it. */
export const UNFINISHED = 'unfinished copy';

/** @throws DatabaseOpenError when a copy into the storage with this epoch was interrupted */
export function refuseUnfinished(epoch: string | undefined): void {
  if (epoch === UNFINISHED) {
    throw new DatabaseOpenError('a copy into it was interrupted; delete it, and copy again');
  }
}
