import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryDirectory, launch, startServer } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../testing/repository.ts';

/** Lets Node claim another version before the program is loaded. */
function pretendToBe(version: string): string[] {
  const versions = `{ ...process.versions, node: '${version}' }`;
  const code = `Object.defineProperty(process, 'versions', { value: ${versions} })`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

describe('a Node that', () => {
  test.each(['18.20.8', '20.20.2', '22.17.1', '23.5.0'])(
    'is too old (%s) is told so in words',
    async (version) => {
      const server = await launch({ nodeArguments: pretendToBe(version) });

      expect(await server.exit).toEqual({ code: 1, signal: null });
      expect(server.stdout()).toBe('');
      expect(server.stderr()).toContain(`needs Node 22.18, 23.6 or later, this is ${version}`);
      expect(server.stderr()).toContain('npx --yes pnpm@12 start');
      expect(server.stderr(), 'holds no stack trace').not.toMatch(/^ +at /m);
    },
  );

  test.each(['22.18.0', '23.6.0'])('is new enough (%s) runs the server', async (version) => {
    await startServer({ nodeArguments: pretendToBe(version) });
  });
});

test('a start without the dependencies says how to install them', async () => {
  const directory = await createTemporaryDirectory();
  for (const part of ['bin', 'src', 'package.json']) {
    const options = { recursive: true, filter: (path: string) => !/\.test\.ts$/.test(path) };
    await cp(join(REPOSITORY, 'apps/server', part), join(directory, part), options);
  }
  const server = await launch({
    command: `${process.execPath} ${join(directory, 'bin/parts-server.js')}`,
  });
  expect(await server.exit).toEqual({ code: 1, signal: null });
  expect(server.stderr()).toContain('lacks dependencies');
  expect(server.stderr()).toContain('npx --yes pnpm@12 start');
  expect(server.stderr(), 'holds no stack trace').not.toMatch(/^ +at /m);
});
