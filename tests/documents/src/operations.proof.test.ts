import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';
import { runCommands } from './run-commands.ts';

const page = readDocument('docs/operations.md');
const unit = /^```ini\n(.*?)^```/ms.exec(page)?.[1] ?? '';

describe('docs/operations.md', () => {
  test('shows what its commands print', async () => {
    const server = await startServer();
    const { shown, real } = runCommands(page, server.port, server.directory);
    expect(real).toEqual(shown);
    expect(shown).not.toEqual([]);
  });

  test('restores with its commands what was backed up with them beside the server', async () => {
    const [backUp = '', restore = ''] = Array.from(
      page.matchAll(/^```sh\n(.*?)^```/gms),
      ([, commands]) => commands,
    );
    const first = await startServer();
    const { directory } = first;
    const program = join(ROOT, 'apps/server/bin/parts-server.js');
    const run = (commands: string) =>
      execFileSync(
        'bash',
        [
          '-ec',
          `unset INIT_CWD; parts-server() { '${process.execPath}' '${program}' "$@"; }\n${commands}`,
        ],
        // As typed in a shell: a package manager that runs the tests would name another directory.
        { cwd: directory },
      );
    await first.changeStatus(1, 'Approved');
    run(backUp);
    await first.changeStatus(1, 'Rejected');
    await first.end('SIGKILL');
    run(restore);

    const second = await startServer({ directory });
    const part = await (await second.request('/v1/parts/1')).json();
    expect(part).toMatchObject({ status: 'Approved', version: 2 });
  });

  test('names the version of the workspace in its tarball', () => {
    const { version } = JSON.parse(readDocument('package.json'));
    const names = page.match(/parts-server-[\d.]+\.tgz/g);
    expect(new Set(names)).toEqual(new Set([`parts-server-${version}.tgz`]));
  });

  test.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
    'has a unit in which systemd finds no fault, and which it rates as safe',
    async () => {
      const directory = await createTemporaryDirectory(onTestFinished);
      const program = join(directory, 'parts-server');
      writeFileSync(program, '');
      chmodSync(program, 0o755);
      const path = join(directory, 'parts-server.service');
      writeFileSync(path, unit.replace('/usr/local/bin/parts-server', program));
      const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], {
        encoding: 'utf8',
      });
      // It tells of other units of the machine too.
      expect((stdout + stderr).split('\n').filter((line) => line.includes('parts-server'))).toEqual(
        [],
      );
      const rating = spawnSync(
        'systemd-analyze',
        ['security', '--offline=true', '--threshold=30', '--no-pager', path],
        { encoding: 'utf8' },
      );
      expect(rating.status, rating.stdout + rating.stderr).toBe(0);
    },
  );
});
