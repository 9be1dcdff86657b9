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
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
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

describe('the lint step refuses', () => {
  test.for([
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
  ] as const)('in %s: %s', ([path, source]) => {
    expect(lint(path, source)).toBe(1);
  });

  test.for([
    ['packages/core', `import 'zod';`],
    ['packages/db', `import '@parts/core';`],
    ['packages/http', `import '@parts/core';`],
    ['apps/server', `import '@parts/db';`],
  ] as const)('but allows in %s: %s', ([path, source]) => {
    expect(lint(path, source)).toBe(0);
  });
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

/** Reads every source, tests included: the linter matches names of packages, not where a path leads. */
function findImportsThatLeave(root: string): string[] {
  const files = globSync('{apps,packages}/*/**/*.{ts,mts,js,mjs}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  });
  return files.flatMap((file) => {
    const packageDirectory = file.split('/', 2).join('/');
    const specifiers = readFileSync(join(root, file), 'utf8').matchAll(
      /(?:\bfrom|\bimport|\brequire|\bmock)\s*\(?\s*['"`](\.[^'"`]*)/g,
    );
    return [...specifiers]
      .map(([, specifier = '']) => specifier)
      .filter((specifier) => {
        const target = posix.join(posix.dirname(file), specifier);
        return !target.startsWith(`${packageDirectory}/`);
      })
      .map((specifier) => `${file} imports ${specifier}`);
  });
}

/** @returns the root of a new tree with that one source in that package */
function addSource(path: string, source: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'parts-architecture-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  mkdirSync(join(copy, path, 'src'), { recursive: true });
  writeFileSync(join(copy, path, 'src/added.ts'), `${source}\n`);
  return copy;
}

/** The exit code of the linter for a source file in a copy of that package. */
function lint(path: string, source: string): number | null {
  const copy = addSource(path, source);
  copyFileSync(`${ROOT}biome.json`, join(copy, 'biome.json'));
  const command = `${ROOT}node_modules/.bin/biome`;
  return spawnSync(command, ['lint', '--vcs-enabled=false', '.'], { cwd: copy }).status;
}
