import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openTemporaryStorage, temporaryPath } from '../testing/temporary-storage.ts';
import { openConnection } from './connection.ts';
import { openSnapshot } from './reader/connection.ts';
import { WRITER_QUERIES } from './writer/queries.ts';

test('a snapshot keeps 256 KiB of pages, since many may be open at a time', async () => {
  const { path } = await openTemporaryStorage();
  const snapshot = openSnapshot(path);
  expect(snapshot.pragma('cache_size', { simple: true })).toBe(-256);
  snapshot.close();
});

test('a commit waits for the disk, also after the first write', () => {
  const { sqlite } = openConnection(temporaryPath(), {
    statuses: [],
    seed: [],
    insertPart: WRITER_QUERIES.insertPart,
  });
  onTestFinished(() => void sqlite.close());
  sqlite.exec('CREATE TABLE ballast (bytes BLOB)');
  // 2 is FULL; 1, NORMAL, can lose the newest commits (https://www.sqlite.org/pragma.html#pragma_synchronous).
  expect(sqlite.pragma('synchronous', { simple: true })).toBe(2);
});

test('a log that grew beside a long reader is cut back when that has gone', () => {
  const path = temporaryPath();
  const { sqlite } = openConnection(path, {
    statuses: [],
    seed: [],
    insertPart: WRITER_QUERIES.insertPart,
  });
  const reader = new Database(path);
  onTestFinished(() => {
    reader.close();
    sqlite.close();
  });
  reader.exec('BEGIN; SELECT * FROM parts');
  sqlite.exec('CREATE TABLE ballast (bytes BLOB)');
  const fill = sqlite.prepare('INSERT INTO ballast VALUES (zeroblob(1000000))');
  for (let megabyte = 0; megabyte < 40; megabyte += 1) fill.run();
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(40e6);
  reader.exec('COMMIT');
  for (let commit = 0; commit < 2; commit += 1) fill.run();
  expect(statSync(`${path}-wal`).size).toBeLessThan(22e6);
});
