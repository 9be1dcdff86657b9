import { createDatabase, createTemporaryDirectory, hasPostgres, startServer } from '@parts/testkit';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { fillPostgres } from './fill-postgres.ts';
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

test.runIf(hasPostgres())(
  'a filled PostgreSQL database has its size, and takes changes',
  async () => {
    const url = await createDatabase();
    const server = await startServer({ env: { DATABASE_URL: url } });
    await fillPostgres(url, { parts: 50, auditEntries: 120 });
    const read = async (path: string) => (await server.request(path)).json();
    expect(await read('/debug/stats')).toMatchObject({ parts_count: 50, audit_count: 120 });
    // The first twenty have one change more.
    expect(await read('/v1/parts/20')).toMatchObject({ version: 4 });
    expect(await read('/v1/parts/21')).toMatchObject({ version: 3 });
    expect(await (await server.changeStatus(21, 'Approved')).json()).toMatchObject({ version: 4 });
  },
);
