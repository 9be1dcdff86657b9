import { expect, test } from 'vitest';
import { formatForReport, formatForTerminal, toRow } from './table.ts';
import type { Finding } from './work.ts';

const finding = (overrides: Partial<Finding> = {}): Finding => ({
  title: 'GET',
  unit: 'ratio',
  figures: [0.8, 1, 0.9],
  behind: 'product 90 /s, floor 100 /s',
  meaning: 'How fast it is.',
  ...overrides,
});

test('a mark is met by the median', () => {
  expect(toRow(finding({ mark: { atLeast: 0.9 } })).met).toBe(true);
  expect(toRow(finding({ mark: { atLeast: 0.91 } })).met).toBe(false);
  expect(toRow(finding({ mark: { atMost: 0.9 } })).met).toBe(true);
  expect(toRow(finding({ mark: { atMost: 0.89 } })).met).toBe(false);
  expect(toRow(finding()).met).toBeUndefined();
});

test('a figure that could not be taken meets no mark', () => {
  expect(toRow(finding({ figures: [], mark: { atMost: 1 } })).met).toBe(false);
});

test('a figure stands with its unit and its spread', () => {
  expect(
    toRow(finding({ unit: 'ms', figures: [1500, 2, 40], mark: { atMost: 50 } })),
  ).toMatchObject({
    figure: '40.0 ms',
    spread: '2.00 ms … 1,500 ms',
    mark: '≤ 50 ms',
  });
});

test('a missed mark is plain to see', () => {
  const missed = finding({ mark: { atLeast: 1 } });
  expect(formatForTerminal(missed)).toContain('MISSED (≥ 1)');
  expect(formatForReport([missed])).toContain('| ≥ 1 | **no** |');
});
