import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '@parts/testkit';
import { expect } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../src/environment.ts';
import { type Fault, injectFault } from '../src/inject-fault.ts';
import { createLedger } from '../src/ledger.ts';
import { test } from '../src/torture-test.ts';
import { tryStart } from '../src/try-start.ts';

/** The user "nobody", who owns nothing. */
const NOBODY = 65_534;

interface Obstacle {
  readonly name: string;
  readonly reason: RegExp;
  /** Default: the database that is there. */
  readonly file?: string;
  readonly userId?: number;
  prepare(disk: SmallDisk): Promise<void> | void;
}

const OBSTACLES: readonly Obstacle[] = [
  {
    name: 'a database on a read-only file system',
    reason: /read-only/,
    prepare: (disk) => disk.setReadOnly(true),
  },
  {
    name: 'a new database on a read-only file system',
    reason: /read-only/,
    file: 'new.db',
    prepare: (disk) => disk.setReadOnly(true),
  },
  {
    name: 'a directory of another user',
    reason: /permission denied/,
    userId: NOBODY,
    prepare: () => {},
  },
  {
    name: 'a file of its own in a directory of another user',
    reason: /permission denied/,
    userId: NOBODY,
    prepare: (disk) => chown(join(disk.directory, 'data.db'), NOBODY, NOBODY),
  },
  {
    name: 'a directory that can not be entered',
    reason: /permission denied/,
    userId: NOBODY,
    prepare: (disk) => chmod(disk.directory, 0o700),
  },
];

test.for(OBSTACLES)('a start refuses $name', async (obstacle, { torture }) => {
  torture.requires('root');
  const { directory } = torture;
  await chmod(directory, 0o755);
  const disk = await mountSmallDisk(join(directory, 'disk'), 8 * 2 ** 20);
  const envFor = (file = 'data.db') => ({ DATABASE_PATH: join(disk.directory, file) });
  await (await startServer({ directory, env: envFor() })).end('SIGTERM');
  await obstacle.prepare(disk);
  const { file, userId, reason } = obstacle;
  const options = { directory, env: envFor(file), ...(userId !== undefined && { userId }) };
  expect(await tryStart(options, reason)).toBeUndefined();
});

const LOST_PERMISSION: Fault = {
  name: 'the directory is closed for a while',
  changes: 'refused',
  launch: { userId: NOBODY },
  async inject({ databasePath }) {
    const directory = join(databasePath, '..');
    await chmod(directory, 0o000);
    return () => chmod(directory, 0o755);
  },
};

test('changes are refused while the directory is closed', async ({ torture }) => {
  torture.requires('root');
  await chmod(torture.directory, 0o755);
  for (let round = 0; round < torture.choose(1, 8); round++) {
    const directory = join(torture.directory, `round-${round}`);
    await mkdir(directory);
    await chown(directory, NOBODY, NOBODY);
    await injectFault(LOST_PERMISSION, torture, createLedger('closed'), join(directory, 'data.db'));
  }
});
