import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readCode, readDocument, readTable } from './markdown.ts';

const page = readDocument('docs/reliability.md');
const scenarios = globSync('tests/torture/scenarios/*.torture.ts', { cwd: ROOT }).map((file) =>
  basename(file, '.torture.ts'),
);

test('docs/reliability.md names the torture scenario of each failure, and every scenario', () => {
  const named = readTable(page, 'event').map(([, , name = '']) => readCode(name).join());
  expect([...new Set(named)].toSorted()).toEqual(scenarios.toSorted());
});

test('docs/reliability.md has the figures of every torture scenario', () => {
  const named = readTable(page, 'scenario').map(([name]) => name);
  expect(named.toSorted()).toEqual(scenarios.toSorted());
});
