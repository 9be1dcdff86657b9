import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. Generous: only a test that fails waits for so long. */
const LIMIT = 20_000;

/**
 * Waits until the probe returns something other than undefined or false.
 *
 * @param expected what should come true, for the error
 * @throws Error when it does not in time, with what `seen` returns
 */
export async function waitUntil<T>(
  expected: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  seen: () => unknown = () => 'nothing of that',
  interval = 10,
): Promise<T> {
  const deadline = performance.now() + LIMIT;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) {
      throw new Error(`expected within ${LIMIT} ms: ${expected}\nseen: ${toText(seen())}`);
    }
    await delay(interval);
  }
}

/**
 * A cheap assertion for what is checked a million times.
 *
 * @param seen is called only when the assertion fails
 */
export function assert(holds: boolean, expected: string, seen: () => unknown): asserts holds {
  if (!holds) throw new Error(`expected: ${expected}\nseen: ${toText(seen())}`);
}

/** A log may be long, and what matters stands at its end. */
function toText(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(-3000);
}
