import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase, hasPostgres } from './create-database.ts';

async function openDatabase() {
  const client = new pg.Client({ connectionString: await createDatabase() });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

describe.runIf(hasPostgres())('the PostgreSQL of the tests', () => {
  test('gives each test a database of its own', async () => {
    const one = await openDatabase();
    const other = await openDatabase();
    await one.query('create table things (id int)');
    const { rows } = await other.query(`select to_regclass('things') as found`);
    expect(rows).toEqual([{ found: null }]);
  });

  test('orders texts by their bytes', async () => {
    const client = await openDatabase();
    const { rows } = await client.query(`select 'B' < 'a' as is_first`);
    expect(rows).toEqual([{ is_first: true }]);
  });
});
