import { expect, test } from 'vitest';
import { parseRetryAfter, retryDelay } from './backoff.ts';

const ALMOST_1 = 1 - Number.EPSILON;
const NOW = Date.parse('2026-03-01T10:00:00.500Z');

test.each([
  [1, 200],
  [2, 400],
  [3, 800],
  [9, 51_200],
  [10, 60_000],
  [100, 60_000],
  [1_000_000, 60_000],
])('after %d failures the wait is up to %d ms, and at least half of that', (failures, longest) => {
  expect(retryDelay(failures, 0, 0)).toBe(longest);
  expect(retryDelay(failures, 0.5, 0)).toBe(longest * 0.75);
  expect(retryDelay(failures, ALMOST_1, 0)).toBe(longest / 2);
});

test.each([
  ['a shorter time', 150, 200],
  ['a longer time', 90_000, 90_000],
  ['more than an hour', Number.POSITIVE_INFINITY, 3_600_000],
])('a receiver that asks for %s (%d ms) gets %d ms', (_, retryAfter, expected) => {
  expect(retryDelay(1, 0, retryAfter)).toBe(expected);
});

test.each([
  [null, 0],
  ['', 0],
  ['0', 0],
  ['120', 120_000],
  ['9'.repeat(400), Number.POSITIVE_INFINITY],
  ['-5', 0],
  ['1.5', 0],
  ['soon', 0],
  ['2099', 2_099_000],
  ['2099-01-01', 0],
  ['Sun, 01 Mar 2026 10:00:30 GMT', 29_500],
  ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
  ['Someday GMT', 0],
])('Retry-After %j means %d ms', (header, expected) => {
  expect(parseRetryAfter(header, NOW)).toBe(expected);
});
