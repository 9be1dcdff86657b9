/** Milliseconds before the second try, and at the most. */
const FIRST_DELAY = 200;
const MAX_DELAY = 60_000;

/** The longest wait that a receiver can ask for, in milliseconds. */
const MAX_RETRY_AFTER = 3_600_000;

/**
 * Milliseconds to wait after so many failures in a row: doubled each time up to a minute,
 * and then a random half of it taken away, so that many senders don't come back at once.
 * A receiver that asks for more gets it, up to an hour.
 *
 * @param random a number from 0 to 1, 1 excluded
 * @param retryAfter milliseconds; see {@link parseRetryAfter}
 */
export function retryDelay(failures: number, random: number, retryAfter: number): number {
  const longest = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (failures - 1));
  const backoff = Math.round(longest * (1 - random / 2));
  return Math.max(backoff, Math.min(retryAfter, MAX_RETRY_AFTER));
}

/**
 * Reads the header `Retry-After`, seconds or an HTTP date (RFC 9110 section 10.2.3).
 *
 * @param now as Unix time in milliseconds
 * @returns milliseconds from now; 0 when there is no such header, when it is malformed or past
 */
export function parseRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
