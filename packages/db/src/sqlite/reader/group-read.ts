import type { Database } from 'better-sqlite3';
import { storageClosed } from '../../port-errors.ts';
import { toStorageError } from '../storage-error.ts';

interface Job {
  readonly query: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** For queries that are so small that the lock costs more than they do: see {@link createGroupRead}. */
export interface GroupRead {
  /**
   * Runs `query` at the end of this turn of the event loop and fulfils with its result, which is
   * as new as that moment. What one throws hurts no other.
   *
   * @throws PartsError `storage_…`, or whatever `query` throws
   */
  run<T>(query: () => T): Promise<T>;
}

/**
 * Group read: all queries that arrive in one turn of the event loop share one read transaction
 * (https://www.sqlite.org/lang_transaction.html). Locking the file and letting go of it takes
 * 2.6 of the 3.6 µs of reading one row. With that shared, and each step of the work done for all
 * requests in a row, GET of a part rises from 0.65 to 0.96 of what bare Node reaches.
 */
export function createGroupRead(sqlite: Database): GroupRead {
  let waiting: Job[] = [];
  let isScheduled = false;

  const inTransaction = sqlite.transaction((group: readonly Job[]) => {
    for (const { query, resolve, reject } of group) {
      try {
        resolve(query());
      } catch (error) {
        reject(toStorageError(error));
      }
    }
  });

  function readWaiting(): void {
    isScheduled = false;
    const group = waiting;
    waiting = [];
    try {
      if (!sqlite.open) throw storageClosed();
      inTransaction(group);
    } catch (error) {
      for (const { reject } of group) reject(toStorageError(error));
    }
  }

  return {
    run<T>(query: () => T) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.push({ query, resolve: resolve as (value: unknown) => void, reject });
      if (!isScheduled) setImmediate(readWaiting);
      isScheduled = true;
      return promise;
    },
  };
}
