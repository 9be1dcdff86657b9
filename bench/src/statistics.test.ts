import { expect, test } from 'vitest';
import { median, ratios, spread } from './statistics.ts';

test('the median is the one in the middle, or between the two', () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test('the spread goes from the least to the most', () => {
  expect(spread([5, 1, 9])).toEqual({ min: 1, max: 9 });
});

test('ratios are taken round by round', () => {
  expect(ratios([2, 9], [4, 3])).toEqual([0.5, 3]);
});
