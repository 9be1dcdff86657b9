import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PART_STATUSES } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';
import { dump, openTemporaryDatabase, temporaryPath } from './testing/temporary-database.ts';

test('a new database holds parts in every status, and no audit entry', async () => {
  const { database } = openTemporaryDatabase();
  const parts = await database.repository.listParts({});
  expect(parts.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(new Set(parts.map(({ status }) => status))).toEqual(new Set(PART_STATUSES));
  // So that approving it, which people try first, is a change.
  expect(parts[0]?.status).toBe('Draft');
  expect(await database.debug.readStats()).toEqual({ parts_count: 12, audit_count: 0 });
});

test('opening tells from which version of the schema to which', () => {
  const { database, path, outside } = openTemporaryDatabase();
  const { migratedTo } = database.opened;
  expect(database.opened).toEqual({ migratedFrom: 0, migratedTo: expect.any(Number) });
  const openAgain = () => {
    const again = openDatabase(path);
    again.close();
    return again.opened;
  };
  expect(openAgain()).toEqual({ migratedFrom: migratedTo, migratedTo });
  outside.exec(
    'DROP TABLE idempotency_keys; DROP INDEX parts_by_status; DROP TABLE audit_generation; DROP TABLE event_cursor; PRAGMA user_version = 1',
  );
  expect(openAgain()).toEqual({ migratedFrom: 1, migratedTo });
});

test('an empty file counts as a new database', async () => {
  const path = temporaryPath();
  writeFileSync(path, '');
  const database = openDatabase(path);
  expect(await database.debug.readStats()).toMatchObject({ parts_count: 12 });
  database.close();
});

test('opening again changes nothing, not a byte', async () => {
  const path = temporaryPath();
  const database = openDatabase(path);
  await database.repository.changeStatus(buildStatusChange());
  database.close();
  const before = readFileSync(path);
  openDatabase(path).close();
  expect(readFileSync(path)).toEqual(before);
});

test('a database without parts is not seeded again', async () => {
  const { path, outside } = openTemporaryDatabase();
  outside.exec('DELETE FROM parts');
  const reopened = openDatabase(path);
  expect(await reopened.debug.readStats()).toMatchObject({ parts_count: 0 });
  reopened.close();
});

test('a database of an earlier version gets the missing migrations only', async () => {
  const { path, database, outside } = openTemporaryDatabase();
  await database.repository.changeStatus(buildStatusChange());
  const before = dump(outside);
  outside.exec(
    'DROP TABLE idempotency_keys; DROP INDEX parts_by_status; DROP TABLE audit_generation; DROP TABLE event_cursor; PRAGMA user_version = 1',
  );
  openDatabase(path).close();
  expect(dump(outside)).toEqual(before);
  expect(outside.pragma('user_version', { simple: true })).toBeGreaterThan(1);
});

test('readers do not wait for writers: the log is written ahead', () => {
  const { outside } = openTemporaryDatabase();
  expect(outside.pragma('journal_mode', { simple: true })).toBe('wal');
});

describe('refuses, with the reason,', () => {
  test('a path in a directory that does not exist', () => {
    const path = join(temporaryPath(), 'missing', 'parts.db');
    expect(() => openDatabase(path)).toThrow(/directory .*missing does not exist/);
  });

  test('a directory', () => {
    const path = temporaryPath();
    mkdirSync(path);
    expect(() => openDatabase(path)).toThrow(/unable to open database file/);
  });

  test('a file that is not a database, and leaves it alone', () => {
    const path = temporaryPath();
    const content = 'not a database, but long enough to have a header'.repeat(50);
    writeFileSync(path, content);
    expect(() => openDatabase(path)).toThrow('the file is not a SQLite database');
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('the database of another program, and leaves it alone', () => {
    const path = temporaryPath();
    const foreign = new Database(path);
    foreign.exec('CREATE TABLE orders (id INTEGER)');
    const before = readFileSync(path);
    expect(() => openDatabase(path)).toThrow('it is the database of another program');
    foreign.close();
    expect(readFileSync(path)).toEqual(before);
  });

  test('a database of a newer version', () => {
    const { path, outside } = openTemporaryDatabase();
    outside.pragma('user_version = 1000');
    expect(() => openDatabase(path)).toThrow(/schema has version 1000.*start a newer program/);
  });

  test('a schema that can not be made whole, and leaves no half of it', () => {
    const { outside, path } = openTemporaryDatabase();
    outside.exec('DROP TABLE idempotency_keys; PRAGMA user_version = 1');
    const before = dump(outside);
    // The second migration succeeds, the third fails on the index that is still there.
    expect(() => openDatabase(path)).toThrow(/already exists/);
    expect(dump(outside)).toEqual(before);
  });
});
