import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readCode, readDocument, readTable } from './markdown.ts';

const page = readDocument('docs/reliability.md');
const cases = globSync('tests/torture/{src/cases,scenarios}/*.ts', { cwd: ROOT }).map((file) =>
  basename(file).split('.', 1).join(),
);

test('docs/reliability.md names the torture case of each failure, and every case', () => {
  const named = readTable(page, 'event').map(([, , name = '']) => readCode(name).join());
  expect(named.toSorted()).toEqual(cases.toSorted());
});

test('docs/reliability.md has the figures of every torture case', () => {
  const named = readTable(page, 'case').map(([name]) => name);
  expect(named.toSorted()).toEqual(cases.toSorted());
});
