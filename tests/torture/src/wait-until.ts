import { setTimeout as delay } from 'node:timers/promises';
import { promise } from './broken-promise.ts';

/** Generous: only a broken promise takes so long. In milliseconds. */
const LIMIT = 20_000;

/** @throws BrokenPromise when the condition does not come true in time */
export async function waitUntil(
  condition: () => boolean,
  expected: string,
  seen: () => unknown,
): Promise<void> {
  const deadline = performance.now() + LIMIT;
  while (!condition() && performance.now() < deadline) await delay(10);
  promise(condition(), `${expected} within ${LIMIT} ms`, seen);
}
