import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { prepareDatabase } from './prepared-database.ts';

const SIZE = { parts: 50, auditEntries: 120 };

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parts-bench-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('a prepared database has its size, an unbroken audit and the schema of the product', async () => {
  const sqlite = new Database(await prepareDatabase(makeDirectory(), SIZE));
  onTestFinished(() => void sqlite.close());
  const read = (sql: string) => sqlite.prepare<[], number>(sql).pluck().get();
  expect(read('SELECT count(*) FROM parts')).toBe(50);
  expect(read('SELECT count(*) FROM audit_entries')).toBe(120);
  expect(
    read(`
      SELECT count(*) FROM parts WHERE version <> 1 +
        (SELECT count(*) FROM audit_entries WHERE part_id = parts.id)`),
  ).toBe(0);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(() => sqlite.exec('DELETE FROM audit_entries')).toThrow('append-only');
});

test('it is used again', async () => {
  const directory = makeDirectory();
  const path = await prepareDatabase(directory, SIZE);
  const { ino } = statSync(path);
  expect(await prepareDatabase(directory, SIZE)).toBe(path);
  expect(statSync(path).ino).toBe(ino);
});
