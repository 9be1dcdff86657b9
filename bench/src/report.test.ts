import { expect, test } from 'vitest';
import { findFigures, median } from './report.ts';
import type { Row } from './scenario.ts';

const row: Row = { title: 'GET', what: 'p50', of: 'product', by: 'floor' };
const series = {
  product: [{ p50: 2 }, { p50: 9 }, { p50: 4 }],
  floor: [{ p50: 4 }, { p50: 3 }, { p50: 4 }],
};

test('the median is the one in the middle, or between the two', () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test('ratios are taken round by round', () => {
  expect(findFigures(row, series)).toMatchObject({ figure: '1.00', spread: '0.50 … 3.00' });
});

test('a measure may stand for itself or be divided by a number', () => {
  const { by: _, ...alone } = row;
  expect(findFigures({ ...alone, unit: 'ms' }, series).figure).toBe('4.00 ms');
  expect(findFigures({ ...row, by: 8 }, series).figure).toBe('0.50');
});

test.for([
  [{ atLeast: 1 }, true],
  [{ atLeast: 1.01 }, false],
  [{ atMost: 1 }, true],
  [{ atMost: 0.99 }, false],
  [undefined, undefined],
] as const)('the median meets the mark %j: %s', ([mark, isMet]) => {
  expect(findFigures({ ...row, ...(mark && { mark }) }, series).isMet).toBe(isMet);
});

test('a figure that could not be taken meets no mark', () => {
  expect(findFigures({ ...row, mark: { atMost: 1 } }, {}).isMet).toBe(false);
});
