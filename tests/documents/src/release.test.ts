import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';

const { version } = JSON.parse(readDocument('package.json'));

test('every package of the workspace has the version of its root', () => {
  const manifests = globSync('{apps,bench,packages,tests}{,/*}/package.json', { cwd: ROOT });
  const versions = manifests.map((path) => [path, JSON.parse(readDocument(path)).version]);
  expect(versions).toEqual(manifests.map((path) => [path, version]));
  expect(manifests.length).toBeGreaterThan(8);
});

test('the newest entry of the changelog is that version', () => {
  const headings = Array.from(
    readDocument('CHANGELOG.md').matchAll(/^## \[(.*?)\]/gm),
    ([, name]) => name,
  );
  expect(headings.find((name) => name !== 'Unreleased')).toBe(version);
});
