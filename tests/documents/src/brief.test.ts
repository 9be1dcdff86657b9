import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';

/** The first one is an example of the form. */
const [, ...titles] = Array.from(
  readDocument('docs/brief.md').matchAll(/“([^”]+)”/g),
  ([, title]) => title,
);

/** Contract suites have tests, too. */
const sources = globSync('{apps,bench,packages,tests}/**/*{.test,.torture,-contract}.ts', {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
}).map((file) => readFileSync(`${ROOT}${file}`, 'utf8'));

test.for(titles)('there is a test “%s”, which docs/brief.md names', (title) => {
  const isTitle = [`'${title}'`, `\`${title}\``];
  expect(sources.some((source) => isTitle.some((text) => source.includes(text)))).toBe(true);
});
