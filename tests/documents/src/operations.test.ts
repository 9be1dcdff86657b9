import { execFileSync } from 'node:child_process';
import { startServer } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { readDocument } from './markdown.ts';
import { runCommands } from './run-commands.ts';

const page = readDocument('docs/operations.md');

describe('docs/operations.md', () => {
  test('shows what its commands print', async () => {
    const server = await startServer();
    const { shown, real } = runCommands(page, server.port, server.directory);
    expect(real).toEqual(shown);
    expect(shown).not.toEqual([]);
  });

  test('restores with its commands what was backed up with them', async () => {
    const [backUp = '', restore = ''] = Array.from(
      page.matchAll(/^```sh\n(.*?)^```/gms),
      ([, commands]) => commands,
    );
    const first = await startServer();
    const { directory } = first;
    const run = (commands: string) => execFileSync('bash', ['-ec', commands], { cwd: directory });
    await first.changeStatus(1, 'Approved');
    await first.end('SIGTERM');
    run(backUp);

    const second = await startServer({ directory });
    await second.changeStatus(1, 'Rejected');
    await second.end('SIGKILL');
    run(restore);

    const third = await startServer({ directory });
    const part = await (await third.request('/v1/parts/1')).json();
    expect(part).toMatchObject({ status: 'Approved', version: 2 });
  });
});
