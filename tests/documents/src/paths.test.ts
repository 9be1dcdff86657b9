import { existsSync, globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readCode, readDocument, removeBlocks } from './markdown.ts';

const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'], { cwd: ROOT });

const fileNames = new Set(
  globSync(['*', '{apps,bench,packages,tests}/**/*.*'], {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/dist/**'],
  }).map((path) => basename(path)),
);

test('the documents are found', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/api.md']));
});

test.for(documents)('%s links to what exists', (document) => {
  const links = Array.from(
    readDocument(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g),
    ([, link = '']) => link,
  );
  expect(links.filter((link) => !isThere(document, link))).toEqual([]);
});

test.for(documents)('%s names paths and files that exist', (document) => {
  const names = readCode(removeBlocks(readDocument(document)));
  const paths = names.filter((name) => /^(apps|bench|docs|packages|tests|\.ci)\/\S*$/.test(name));
  const files = names.filter((name) => /^[\w.-]+\.(ts|sql|yaml)$/.test(name));
  expect([
    ...paths.filter((path) => globSync(path, { cwd: ROOT }).length === 0),
    ...files.filter((file) => !fileNames.has(file)),
  ]).toEqual([]);
});

/** @param link relative to the document, perhaps to a heading */
function isThere(document: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || listHeadings(target).includes(heading);
}

/** As GitHub names them. */
function listHeadings(document: string): string[] {
  return Array.from(readDocument(document).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
