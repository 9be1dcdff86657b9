import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStorage } from './open-storage.ts';
import {
  createEarlierDatabase,
  dump,
  openTemporaryStorage,
  temporaryPath,
} from './testing/temporary-storage.ts';

test('a new storage holds parts in several statuses, and no audit entry', async () => {
  const { storage } = await openTemporaryStorage();
  const parts = await storage.parts.list({});
  expect(parts.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(new Set(parts.map(({ status }) => status)).size).toBe(4);
  // So that approving it, which people try first, is a change.
  expect(parts[0]?.status).toBe('Draft');
  expect(await storage.statistics.count()).toEqual({ parts: 12, auditEntries: 0 });
});

test('opening tells from which version of the schema to which', async () => {
  const open = async (path: string) => {
    const storage = await openStorage(path);
    await storage.close();
    return storage.schemaUpdate;
  };
  const path = temporaryPath();
  const { migratedTo } = await open(path);
  expect(migratedTo).toBeGreaterThan(1);
  expect(await open(path)).toEqual({ migratedFrom: migratedTo, migratedTo });
  createEarlierDatabase(`${path}.old`, 1).close();
  expect(await open(`${path}.old`)).toEqual({ migratedFrom: 1, migratedTo });
});

test('an empty file counts as a new database', async () => {
  const path = temporaryPath();
  writeFileSync(path, '');
  const storage = await openStorage(path);
  expect(await storage.statistics.count()).toMatchObject({ parts: 12 });
  await storage.close();
});

test('opening again changes nothing, not a byte', async () => {
  const path = temporaryPath();
  const storage = await openStorage(path);
  await storage.parts.change(buildStatusChange());
  await storage.close();
  const before = readFileSync(path);
  await (await openStorage(path)).close();
  expect(readFileSync(path)).toEqual(before);
});

test('a database without parts is not seeded again', async () => {
  const { path, outside } = await openTemporaryStorage();
  outside.exec('DROP TRIGGER parts_are_never_deleted; DELETE FROM parts');
  const reopened = await openStorage(path);
  expect(await reopened.statistics.count()).toMatchObject({ parts: 0 });
  await reopened.close();
});

test('a database of an earlier version keeps all that it holds, and gets the schema of a new one', async () => {
  const path = temporaryPath();
  const earlier = createEarlierDatabase(path, 5);
  earlier.exec(`
    INSERT INTO parts (id, part_number, name, description, status, created_at, updated_at)
    VALUES (7, 'A', 'Part', '', 'Rejected', '', ''), (9, 'B', 'Part', '', 'Approved', '', '');
    UPDATE parts SET status = 'In Review', version = 2, updated_at = 'at' WHERE id = 9;
    INSERT INTO audit_entries (part_id, old_status, new_status, version, reason, changed_at)
    VALUES (9, 'Approved', 'In Review', 2, 'why', 'at');
    INSERT INTO idempotency_keys VALUES (3, 9, 'k', 'f', '{"version":2}', 'at');
    UPDATE event_cursor SET audit_id = 1`);
  const select = (table: string) => earlier.prepare(`SELECT * FROM ${table}`).all();
  const rows = () => ['parts', 'audit_entries', 'event_cursor'].map(select);
  const before = [...rows(), select('audit_generation')];
  await (await openStorage(path)).close();
  expect([...rows(), select('epoch')]).toMatchObject(before);
  expect(select('idempotency_keys')).toEqual([
    { audit_id: 1, part_id: 9, key: 'k', fingerprint: 'f', created_at: 'at' },
  ]);
  expect(earlier.pragma('foreign_key_check')).toEqual([]);
  const schema = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name';
  const { outside } = await openTemporaryStorage();
  expect(earlier.prepare(schema).all()).toEqual(outside.prepare(schema).all());
  earlier.close();
});

test('triggers that are missing, altered or not ours are put right', async () => {
  const { path, outside } = await openTemporaryStorage();
  const triggers = outside.prepare("SELECT * FROM sqlite_schema WHERE type = 'trigger'");
  const select = () => triggers.all().length;
  const count = select();
  outside.exec(`DROP TRIGGER parts_are_never_deleted; DROP TRIGGER parts_begin_with_an_audit_entry;
    CREATE TRIGGER parts_begin_with_an_audit_entry BEFORE INSERT ON parts BEGIN SELECT 1; END`);
  await (await openStorage(path)).close();
  expect(select()).toBe(count);
  expect(() => outside.exec('DELETE FROM parts')).toThrow('never deleted');
  expect(() => outside.exec("UPDATE parts SET name = ''")).toThrow('audit entry');
  outside.exec('CREATE TRIGGER ignore BEFORE INSERT ON parts BEGIN SELECT RAISE (IGNORE); END');
  await (await openStorage(path)).close();
  expect(select()).toBe(count);
});

test('readers do not wait for writers: the log is written ahead', async () => {
  const { outside } = await openTemporaryStorage();
  expect(outside.pragma('journal_mode', { simple: true })).toBe('wal');
});

test('a copy of the file alone has schema and seed, when it is new and after a reset', async () => {
  const { storage, path } = await openTemporaryStorage();
  const countInCopy = (table: string) => {
    copyFileSync(path, `${path}.copy`);
    const copy = new Database(`${path}.copy`);
    onTestFinished(() => void copy.close());
    return copy.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  };
  expect(countInCopy('parts')).toBe(12);
  await storage.parts.change(buildStatusChange());
  await Promise.all([storage.maintenance.reset(), storage.maintenance.reset()]);
  expect(countInCopy('parts')).toBe(12);
  expect(countInCopy('audit_entries')).toBe(0);
});

test('only the owner may use a new database and the files beside it', async () => {
  const { path } = await openTemporaryStorage();
  const modes = ['', '-wal', '-shm'].map((end) => statSync(`${path}${end}`).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

test.each(['', ' ', ':memory:', ' :memory: ', 'file:parts.db', 'file::memory:?cache=shared'])(
  'what is not the path of a file is not opened (%j)',
  async (name) => {
    const place = dirname(temporaryPath());
    for (const path of [name, join(place, name)]) {
      if (path === place) continue;
      await expect(openStorage(path)).rejects.toThrow('must be the path of a file');
    }
    expect(readdirSync(place)).toEqual([]);
  },
);

test.each(['', '-wal'])(
  'a file that can only be read is not opened until the permission is back (parts.db%s)',
  async (end) => {
    const { storage, path: original } = await openTemporaryStorage();
    await storage.parts.change(buildStatusChange());
    const path = temporaryPath();
    for (const end of ['', '-wal']) {
      copyFileSync(`${original}${end}`, `${path}${end}`);
      chmodSync(`${path}${end}`, 0o666);
    }
    chmodSync(`${path}${end}`, 0o444);
    await asOrdinaryUser(dirname(path), () =>
      expect(openStorage(path)).rejects.toThrow(
        /: (it can't be written: EACCES|attempt to write a readonly)/,
      ),
    );
    for (const end of ['', '-wal']) chmodSync(`${path}${end}`, 0o600);
    await (await openStorage(path)).close();
  },
);

test('a path in a directory that does not exist is not opened, and the directory is named', async () => {
  const path = join(temporaryPath(), 'missing', 'parts.db');
  await expect(openStorage(path)).rejects.toThrow(/directory .*missing does not exist/);
});

test('a directory is not opened', async () => {
  const path = temporaryPath();
  mkdirSync(path);
  await expect(openStorage(path)).rejects.toThrow(/unable to open database file/);
});

test('a file that is not a database is not opened and stays as it is', async () => {
  const path = temporaryPath();
  const content = 'not a database, but long enough to have a header'.repeat(50);
  writeFileSync(path, content);
  await expect(openStorage(path)).rejects.toThrow('the file is not a SQLite database');
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test('the database of another program is not opened and stays as it is', async () => {
  const path = temporaryPath();
  const foreign = new Database(path);
  foreign.exec('CREATE TABLE orders (id INTEGER)');
  const before = readFileSync(path);
  await expect(openStorage(path)).rejects.toThrow('it is the database of another program');
  foreign.close();
  expect(readFileSync(path)).toEqual(before);
});

test('a database of a newer version is not opened', async () => {
  const { path, outside } = await openTemporaryStorage();
  outside.pragma('user_version = 1000');
  await expect(openStorage(path)).rejects.toThrow(/schema has version 1000.*start a newer program/);
});

test('a database whose schema can not be made whole is not opened, and no half of it is left', async () => {
  const { outside, path } = await openTemporaryStorage();
  outside.exec('DROP TABLE idempotency_keys; PRAGMA user_version = 1');
  const before = dump(outside);
  // The second migration succeeds, the third fails on the index that is still there.
  await expect(openStorage(path)).rejects.toThrow(/already exists/);
  expect(dump(outside)).toEqual(before);
});

/** A user who owns nothing. */
const NOBODY = 65_534;

/** Root may write whatever the mode says, so it becomes another user for a while. */
async function asOrdinaryUser(directory: string, work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  chmodSync(directory, 0o777);
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
