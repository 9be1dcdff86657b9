import { expect, it } from 'vitest';
import { backoffDelay } from './backoff.ts';

const ALMOST_1 = 1 - Number.EPSILON;

it.each([
  [1, 200],
  [2, 400],
  [3, 800],
  [9, 51_200],
  [10, 60_000],
  [100, 60_000],
  [1_000_000, 60_000],
])('after %d failures the wait is up to %d ms, and at least half of that', (failures, longest) => {
  expect(backoffDelay(failures, 0)).toBe(longest);
  expect(backoffDelay(failures, 0.5)).toBe(longest * 0.75);
  expect(backoffDelay(failures, ALMOST_1)).toBe(longest / 2);
});
