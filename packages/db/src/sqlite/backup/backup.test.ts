import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStorage } from '../../open-storage.ts';
import { changeInOtherProcess } from '../../testing/other-process.ts';
import {
  createEarlierDatabase,
  dump,
  openTemporaryStorage,
  temporaryPath,
} from '../../testing/temporary-storage.ts';
import { backUpDatabase } from './back-up-database.ts';
import { restoreDatabase } from './restore-database.ts';

const filesBeside = (path: string) => readdirSync(dirname(path)).sort();

function readDump(path: string) {
  const connection = new Database(path);
  try {
    // SQLite keeps an empty table of counters that no table of ours has.
    return dump(connection).filter(([name]) => name !== 'sqlite_sequence');
  } finally {
    connection.close();
  }
}

/** A closed database whose first part was changed so many times, and a backup of it. */
async function createBackup(changes = 1) {
  const { path, storage } = await openTemporaryStorage();
  for (let change = 0; change < changes; change += 1)
    await storage.parts.change(buildStatusChange());
  const file = `${path}-backup`;
  backUpDatabase(path, file);
  const { epoch } = await storage.audit.findEnd();
  await storage.close();
  return { path, file, epoch };
}

async function readEnd(path: string) {
  const storage = await openStorage(path);
  const end = await storage.audit.findEnd();
  await storage.close();
  return end;
}

describe('a backup', () => {
  test('has every commit up to now, beside a server that goes on', async () => {
    const { path, storage } = await openTemporaryStorage();
    await storage.parts.change(buildStatusChange());
    const before = readDump(path);
    backUpDatabase(path, `${path}-backup`);
    await storage.parts.change(buildStatusChange());
    expect(readDump(`${path}-backup`)).toEqual(before);
    expect(statSync(`${path}-backup`).mode & 0o777).toBe(0o600);
    expect(filesBeside(path).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('can be made of a closed database, and opened as one', async () => {
    const { path, file } = await createBackup(2);
    backUpDatabase(path, `${path}-second`);
    expect(await readEnd(`${path}-second`)).toEqual(await readEnd(file));
  });

  test('has the commits of a server that was killed', async () => {
    const { path } = await createBackup();
    await (await changeInOtherProcess(path, 2)).kill();
    backUpDatabase(path, `${path}-second`);
    expect((await readEnd(`${path}-second`)).id).toBe(3);
  });

  test('replaces no file', async () => {
    const { path, file } = await createBackup();
    const before = readFileSync(file);
    expect(() => backUpDatabase(path, file)).toThrow(`${file} exists already`);
    expect(readFileSync(file)).toEqual(before);
  });

  test('is refused of what is no database of this program', () => {
    const path = temporaryPath();
    const refuse = () => expect(() => backUpDatabase(path, `${path}-backup`));
    refuse().toThrow(path);
    writeFileSync(path, '');
    refuse().toThrow('it is empty');
    writeFileSync(path, 'x'.repeat(10_000));
    refuse().toThrow('not a database');
    expect(filesBeside(path)).toEqual([basename(path)]);
  });
});

describe('a restore', () => {
  test('brings back what was backed up, with another epoch, and leaves no log of the old database', async () => {
    const { path, file, epoch } = await createBackup();
    const other = await changeInOtherProcess(path, 3);
    await other.kill();
    expect(filesBeside(path)).toContain(`${basename(path)}-wal`);
    restoreDatabase(file, path);
    expect(filesBeside(path)).toEqual([basename(path), basename(file)]);
    const end = await readEnd(path);
    expect(end.id).toBe(1);
    expect(end.epoch).not.toBe(epoch);
    expect(readDump(path).filter(([name]) => name !== 'epoch')).toEqual(
      readDump(file).filter(([name]) => name !== 'epoch'),
    );
  });

  test('makes a follower that has seen later entries begin anew', async () => {
    const { path, file } = await createBackup();
    const other = await changeInOtherProcess(path, 2);
    await other.end();
    const seen = await readEnd(path);
    restoreDatabase(file, path);
    const storage = await openStorage(path);
    onTestFinished(() => storage.close());
    for (let change = 0; change < 3; change += 1) await storage.parts.change(buildStatusChange());
    const batch = await storage.audit.readAfter(seen, 10);
    expect(batch.isReset).toBe(true);
    expect(batch.entries.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });

  test('is refused while a server has the database open', async () => {
    const { path, file } = await createBackup();
    const other = await changeInOtherProcess(path, 1);
    expect(() => restoreDatabase(file, path)).toThrow('stop the server first');
    await other.end();
    expect((await readEnd(path)).id).toBe(2);
    expect(filesBeside(path).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('needs no old database, and takes the place of a damaged one', async () => {
    const { path, file } = await createBackup();
    const restored = join(dirname(path), 'restored.db');
    restoreDatabase(file, restored);
    expect((await readEnd(restored)).id).toBe(1);
    writeFileSync(path, 'x'.repeat(10_000));
    writeFileSync(`${path}-wal`, 'x');
    restoreDatabase(file, path);
    expect((await readEnd(path)).id).toBe(1);
  });

  test('takes the place of the file that a link leads to', async () => {
    const { path, file } = await createBackup();
    await (await changeInOtherProcess(path, 2)).kill();
    const link = join(dirname(path), 'link.db');
    symlinkSync(path, link);
    restoreDatabase(file, link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect((await readEnd(path)).id).toBe(1);
  });

  test('takes a backup of an earlier schema', async () => {
    const path = temporaryPath();
    createEarlierDatabase(`${path}-backup`, 4).close();
    restoreDatabase(`${path}-backup`, path);
    expect((await readEnd(path)).id).toBe(0);
  });

  test('is refused of a damaged backup, and of another program’s file, and leaves the database alone', async () => {
    const { path, file } = await createBackup();
    const damaged = `${path}-damaged`;
    copyFileSync(file, damaged);
    const bytes = readFileSync(damaged);
    bytes.fill(0xff, 4096 * 2, 4096 * 6);
    writeFileSync(damaged, bytes);
    expect(() => restoreDatabase(damaged, path)).toThrow(damaged);
    const foreign = `${path}-foreign`;
    const other = new Database(foreign);
    other.exec('CREATE TABLE notes (text)');
    other.close();
    expect(() => restoreDatabase(foreign, path)).toThrow('another program');
    expect(() => restoreDatabase(file, foreign)).toThrow('another program');
    expect((await readEnd(path)).id).toBe(1);
  });
});

const MODULES = ['./back-up-database.ts', './restore-database.ts'].map((name) =>
  JSON.stringify(import.meta.resolve(name)),
);

/** Backs up or restores, and kills itself when it comes to that function of `node:fs`. */
const PROGRAM = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { backUpDatabase } = await import(${MODULES[0]});
  const { restoreDatabase } = await import(${MODULES[1]});
  const [action, from, to, fatal] = process.argv.slice(1);
  if (fatal) fs[fatal] = () => process.kill(process.pid, 'SIGKILL');
  syncBuiltinESMExports();
  (action === 'backup' ? backUpDatabase : restoreDatabase)(from, to);
`;

function runProgram(args: readonly string[], under: readonly string[] = []) {
  const [command = '', ...rest] = [...under, process.execPath];
  return spawnSync(command, [...rest, '--input-type=module', '-e', PROGRAM, ...args], {
    encoding: 'utf8',
  });
}

/** Lets no file grow beyond so many KB: as a full disk, for a user without rights. */
const limitFiles = (size: number) => [
  'bash',
  '-c',
  `trap '' XFSZ; ulimit -f ${size}; exec "$@"`,
  'bash',
];

describe.for(['fsyncSync', 'renameSync'])('killed at %s', (fatal) => {
  test('a backup leaves no file of that name, and can be made again', async () => {
    const { path } = await createBackup();
    const file = `${path}-second`;
    expect(runProgram(['backup', path, file, fatal]).signal).toBe('SIGKILL');
    expect(existsSync(file)).toBe(false);
    backUpDatabase(path, file);
    expect((await readEnd(file)).id).toBe(1);
  });

  test('a restore leaves the old database whole, and can be made again', async () => {
    const { path, file } = await createBackup();
    await (await changeInOtherProcess(path, 2)).kill();
    expect(runProgram(['restore', file, path, fatal]).signal).toBe('SIGKILL');
    expect((await readEnd(path)).id).toBe(3);
    restoreDatabase(file, path);
    expect((await readEnd(path)).id).toBe(1);
  });
});

describe('on a full disk', () => {
  test('a backup says so and leaves nothing behind', async () => {
    const { path } = await createBackup();
    const { status, stderr } = runProgram(['backup', path, `${path}-second`], limitFiles(40));
    expect(status).toBe(1);
    expect(stderr).toMatch(/BackupError: .* can't be copied to /);
    expect(filesBeside(path).filter((name) => /second/.test(name))).toEqual([]);
  });

  test('a restore says so and leaves the old database as it is', async () => {
    const { path, file } = await createBackup();
    const before = readDump(path);
    const { status, stderr } = runProgram(['restore', file, path], limitFiles(40));
    expect(status).toBe(1);
    expect(stderr).toMatch(/BackupError: .* can't be copied to /);
    expect(readDump(path)).toEqual(before);
  });
});
