import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A file of another package, seen from a source of core. */
const ELSEWHERE = '../../db/src/seed.ts';

/** The arrows of the architecture: which of our packages each one may use. */
const ARROWS = {
  'packages/core': [],
  'packages/db': ['@parts/core'],
  'packages/http': ['@parts/core'],
  'apps/server': ['@parts/core', '@parts/db', '@parts/http'],
};

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) });

test.for(Object.entries(ARROWS))(
  '%s depends on %j and no other of our packages',
  ([path, arrows]) => {
    const text = readFileSync(`${ROOT}${path}/package.json`, 'utf8');
    const { dependencies } = packageSchema.parse(JSON.parse(text));
    expect(Object.keys(dependencies).filter((name) => name.startsWith('@parts/'))).toEqual(arrows);
  },
);

test('core has zod as its only dependency', () => {
  const text = readFileSync(`${ROOT}packages/core/package.json`, 'utf8');
  expect(Object.keys(packageSchema.parse(JSON.parse(text)).dependencies)).toEqual(['zod']);
});

const REFUSED = [
  ['packages/core', `import '@parts/db';`],
  ['packages/core', `import 'node:fs';`],
  ['packages/core', `import 'hono';`],
  ['packages/core', 'export const now = Date.now();'],
  ['packages/core', 'export const id = process.pid;'],
  ['packages/db', `import '@parts/http';`],
  ['packages/db', `import 'hono';`],
  ['packages/http', `import '@parts/db';`],
  ['packages/http', `import 'better-sqlite3';`],
  ['packages/http', `import 'drizzle-orm/sqlite-core';`],
  ['apps/server', `import 'better-sqlite3';`],
  ['apps/server', 'export const token = process.env;'],
] as const;

const ALLOWED = [
  ['packages/core', `import 'zod';`],
  ['packages/db', `import '@parts/core';`],
  ['packages/http', `import '@parts/core';`],
  ['apps/server', `import '@parts/db';`],
] as const;

test('the lint step refuses imports and globals that the architecture forbids, and no other', () => {
  expect(findLintFaults([...REFUSED, ...ALLOWED])).toEqual(REFUSED);
});

test('no package imports the files of another one by a relative path', () => {
  expect(findImportsThatLeave(ROOT)).toEqual([]);
});

test.for([
  `import { seed } from '${ELSEWHERE}';`,
  `import type { Seed } from '${ELSEWHERE}';`,
  `export { seed } from '${ELSEWHERE}';`,
  `import '${ELSEWHERE}';`,
  `const { seed } = await import('${ELSEWHERE}');`,
  `const { seed } = await import(\`${ELSEWHERE}\`);`,
  `type Seed = typeof import('${ELSEWHERE}');`,
  `vi.mock('${ELSEWHERE}');`,
  `const seed = require('./${ELSEWHERE}');`,
  `import {\n  seed,\n} from\n  "${ELSEWHERE}";`,
])('a package must not write: %s', (source) => {
  const copy = addSource('packages/core', source);
  expect(findImportsThatLeave(copy)).toEqual([expect.stringContaining('added.ts imports ')]);
});

test.for([`import './part.ts';`, `import '../package.json';`, `import '@parts/db';`])(
  'a package may write: %s',
  (source) => {
    expect(findImportsThatLeave(addSource('packages/core', source))).toEqual([]);
  },
);

test.for(Object.keys(ARROWS))('the folders of %s import each other in one direction', (path) => {
  expect(findCircle(join(ROOT, path, 'src'))).toEqual([]);
});

test.for([
  [{ 'a/one.ts': '../b/two.ts', 'b/two.ts': '../a/one.ts' }, ['a → b', 'b → a']],
  [{ 'a/one.ts': '../top.ts', 'top.ts': './a/one.ts' }, ['a → top.ts', 'top.ts → a']],
  [{ 'a/one.ts': './two.ts', 'b/two.ts': '../a/one.ts' }, []],
] as const)('%j is a circle: %j', ([imports, circle]) => {
  const root = createTree(
    Object.entries(imports).map(([file, target]) => [file, `import '${target}';`]),
  );
  expect(findCircle(root)).toEqual(circle);
});

test('a folder of the server takes its options, and imports nothing from above, except for the commands', () => {
  const imports = listImports(
    join(ROOT, 'apps/server/src'),
    (file) => !/test|^commands\//.test(file),
  );
  expect(imports.filter(({ file, target }) => file.includes('/') && !target.includes('/'))).toEqual(
    [],
  );
});

/** Reads every source, tests included: the linter matches names of packages, not where a path leads. */
function findImportsThatLeave(root: string): string[] {
  return listImports(root, (file) => /^(apps|packages)\//.test(file))
    .filter(({ file, target }) => !target.startsWith(`${file.split('/', 2).join('/')}/`))
    .map(({ file, specifier }) => `${file} imports ${specifier}`);
}

/** @returns the imports between folders, and files beside them, that are a circle or lead to one */
function findCircle(root: string): string[] {
  const roomOf = (path: string) => path.split('/', 1).join();
  let imports = listImports(root, (file) => !/test/.test(file))
    .map(({ file, target }) => ({ from: roomOf(file), to: roomOf(target) }))
    .filter(({ from, to }) => from !== to);
  for (;;) {
    const left = imports.filter(({ to }) => imports.some(({ from }) => from === to));
    if (left.length === imports.length) break;
    imports = left;
  }
  return [...new Set(imports.map(({ from, to }) => `${from} → ${to}`))].sort();
}

/** The relative imports of all sources below a directory; paths from there. */
function listImports(root: string, isIncluded: (file: string) => boolean) {
  const files = globSync('**/*.{ts,mts,js,mjs}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  });
  return files.filter(isIncluded).flatMap((file) => {
    const specifiers = readFileSync(join(root, file), 'utf8').matchAll(
      /(?:\bfrom|\bimport|\brequire|\bmock)\s*\(?\s*['"`](\.[^'"`]*)/g,
    );
    return [...specifiers].map(([, specifier = '']) => {
      return { file, specifier, target: posix.join(posix.dirname(file), specifier) };
    });
  });
}

/** @returns the root of a new tree with that one source in that package */
function addSource(path: string, source: string): string {
  return createTree([[join(path, 'src/added.ts'), source]]);
}

/** @returns the root of a new tree with those files */
function createTree(files: readonly (readonly [path: string, content: string])[]): string {
  const root = mkdtempSync(join(tmpdir(), 'parts-architecture-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${content}\n`);
  }
  return root;
}

type Source = readonly [path: string, content: string];

/** @returns those in which the linter finds a fault; each is a file of its own in a copy of its package */
function findLintFaults(sources: readonly Source[]): Source[] {
  const fileOf = (source: Source) => `${source[0]}/src/added-${sources.indexOf(source)}.ts`;
  const root = createTree(sources.map((source) => [fileOf(source), source[1]]));
  copyFileSync(`${ROOT}biome.json`, join(root, 'biome.json'));
  const { stdout } = spawnSync(
    `${ROOT}node_modules/.bin/biome`,
    ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github', '.'],
    { cwd: root, encoding: 'utf8' },
  );
  return sources.filter((source) => stdout.includes(fileOf(source)));
}
