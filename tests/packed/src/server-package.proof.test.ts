import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { followFeed, startServer } from '@parts/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readDocument } from '../../documents/src/markdown.ts';
import { runCommands } from '../../documents/src/run-commands.ts';
import { RUNTIME_NAMES, RUNTIMES, runtimePackage } from './runtimes.ts';

vi.setConfig({ hookTimeout: 300_000, testTimeout: 300_000 });

const run = promisify(execFile);
const { version } = JSON.parse(readDocument('package.json'));
const directory = mkdtempSync(join(tmpdir(), 'parts-server-'));
const installed = join(directory, 'node_modules/parts-server');
const program = join(installed, 'bin/parts-server.js');

beforeAll(async () => {
  const build = fileURLToPath(new URL('../../../apps/server/release/package.ts', import.meta.url));
  await run(process.execPath, [build, directory]);
  const runtimes = RUNTIME_NAMES.map((name) => `${name}@npm:${runtimePackage}@${RUNTIMES[name]}`);
  const tarball = `./parts-server-${version}.tgz`;
  await run('npm', ['install', '--no-audit', tarball, ...runtimes], { cwd: directory });
});

afterAll(() => rmSync(directory, { recursive: true }));

/** The review board and what it loads. */
const BOARD = ['board', 'board/board.css', 'board/main.js', 'board/lit-html.js'];

const nodeOf = (runtime: string) => join(directory, 'node_modules', runtime, 'bin/node');

test('the package pins what it depends on, and runs nothing when it is installed', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const range of Object.values(manifest.dependencies))
    expect(range).toMatch(/^\d+\.\d+\.\d+$/);
  expect(manifest).not.toHaveProperty('scripts');
  const lock = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages).filter(([path]) => !/^$|node-\d+$/.test(path));
  expect(packages.map(([path]) => path.replace(/^.*node_modules\//, '')).sort()).toEqual(
    ['parts-server', ...Object.keys(manifest.dependencies)].sort(),
  );
  expect(packages).not.toContainEqual([
    expect.anything(),
    expect.objectContaining({ hasInstallScript: true }),
  ]);
});

test('the command that npm puts on the PATH has the version', async () => {
  const env = { PATH: `${join(directory, 'node_modules/node-26/bin')}:/usr/bin:/bin` };
  const { stdout } = await run(join(directory, 'node_modules/.bin/parts-server'), ['--version'], {
    env,
  });
  expect(stdout).toBe(`${version}\n`);
});

test('the package has the licences of the packages in its bundle', () => {
  const licences = readFileSync(join(installed, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const name of ['hono', 'drizzle-orm', 'pino', 'zod', 'standardwebhooks']) {
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  }
  for (const folder of ['swagger-ui', 'lit-html']) {
    expect(readdirSync(join(installed, folder))).toContain('LICENSE');
  }
});

describe.for(RUNTIME_NAMES)('on %s the installed program', (runtime) => {
  const command = `${nodeOf(runtime)} ${program}`;

  test('does what the README shows', async () => {
    const server = await startServer({ command });
    const { shown, real } = runCommands(readDocument('README.md'), server.port, server.directory);
    expect(real).toEqual(shown);
  });

  test('has the version of the workspace, the pages, feeds, an orderly end and the data after it', async () => {
    const first = await startServer({ command });
    expect(first.logLines()[0]).toMatchObject({ version });
    const document = await (await first.request('/openapi.json')).json();
    expect(document).toMatchObject({ info: { version } });
    for (const path of ['docs', 'docs/swagger-ui.css', 'docs/swagger-ui-bundle.js', ...BOARD]) {
      expect((await first.request(`/${path}`)).status).toBe(200);
    }
    const feed = await followFeed(first);
    await first.changeStatus(1, 'Approved');
    await expect.poll(() => feed.events).toMatchObject([{ event: 'status_changed' }]);
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const second = await startServer({ command, directory: first.directory });
    expect(await (await second.request('/v1/parts/1')).json()).toMatchObject({ version: 2 });
  });
});
