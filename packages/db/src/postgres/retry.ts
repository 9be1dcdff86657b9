import { setTimeout as delay } from 'node:timers/promises';
import { isTransient, toStorageError } from './storage-error.ts';

/** Milliseconds between two tries to reach a server. */
const RETRY_INTERVAL = 50;

/**
 * Tries again what a lost connection or another transaction ended, which must not have written anything.
 *
 * @param deadline by the clock of `performance.now()`; the first try is made in any case
 * @throws PartsError `storage_…`, or whatever `attempt` throws for another reason
 */
export async function retry<T>(deadline: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error) || performance.now() > deadline) throw toStorageError(error);
      await delay(RETRY_INTERVAL);
    }
  }
}
