import { createTemporaryDirectory } from '@parts/testkit';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { prepareDatabase } from './prepared-database.ts';

test('a prepared database has its size, an unbroken audit and the schema of the product', async () => {
  const size = { parts: 50, auditEntries: 120 };
  const sqlite = new Database(await prepareDatabase(await createTemporaryDirectory(), size));
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
