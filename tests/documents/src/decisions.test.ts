import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT, readCode, readDocument, readTable } from './markdown.ts';

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** A comment with the speed or the cost of something. */
const FIGURE = /^\s*(\/\/|\/?\*).*(\d% |µs|\d instead of \d|\d s instead of)/m;

test('docs/decisions has a reason for each dependency, and for no other package', () => {
  const manifests = globSync(
    ['package.json', '{apps,packages,tests}/*/package.json', 'bench/package.json'],
    {
      cwd: ROOT,
    },
  );
  const names = manifests.flatMap((manifest) => {
    const groups = manifestSchema.parse(JSON.parse(readDocument(manifest)));
    return Object.values(groups).flatMap((group) => Object.keys(group));
  });
  const theirs = names.filter((name) => !/^@(parts|types)\//.test(name));
  const reasons = readTable(readDocument('docs/decisions/dependencies.md'), 'package');
  expect(reasons.flatMap(([name = '']) => name.split(', ')).toSorted()).toEqual(
    [...new Set(theirs)].toSorted(),
  );
});

test('docs/decisions lists every file whose comments give a figure for a departure', () => {
  const listed = readTable(readDocument('docs/decisions/departures.md'), 'file').flatMap(
    ([file = '']) => readCode(file),
  );
  const sources = globSync('{apps,packages}/*/{src,bin}/**/*.{ts,js}', {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/*.test.ts', '**/testing/**'],
  });
  const withFigure = sources.filter((file) => FIGURE.test(readDocument(file)));
  expect(withFigure.filter((file) => !listed.includes(file))).toEqual([]);
  expect(withFigure).not.toEqual([]);
});
