/** Milliseconds before the second try, and at the most. */
const FIRST_DELAY = 200;
const MAX_DELAY = 60_000;

/**
 * Milliseconds to wait after so many failures in a row: doubled each time up to a minute,
 * and then a random half of it taken away, so that many senders don't come back at once.
 *
 * @param random a number from 0 to 1, 1 excluded
 */
export function backoffDelay(failures: number, random: number): number {
  const longest = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (failures - 1));
  return Math.round(longest * (1 - random / 2));
}
