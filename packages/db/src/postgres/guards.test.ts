import { createDatabase, hasPostgres } from '@parts/testkit';
import { Client } from 'pg';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createShellStatements } from '../testing/shell-statements.ts';
import { openPostgresStorage } from './open-postgres-storage.ts';

const { entry, part, history, life, lived, listAttacks } = createShellStatements(
  '(SELECT max(id) + 1 FROM audit_entries)',
);

const ATTACKS: readonly string[] = [
  ...listAttacks(),
  // A change without its entry.
  "UPDATE parts SET status = 'Approved', version = version + 1 WHERE id = 3",
  "UPDATE parts SET name = 'other' WHERE id = 3",
  'UPDATE parts SET id = 99 WHERE id = 3',
  'UPDATE parts SET retired_at = NULL WHERE id = 4',
  'DELETE FROM parts WHERE id = 3',
  'TRUNCATE parts',
  'TRUNCATE parts, audit_entries CASCADE',
  `${part({ id: '3' })} ON CONFLICT (id) DO UPDATE SET status = 'Approved'`,
  "MERGE INTO parts USING (SELECT 3 AS id) s ON parts.id = s.id WHEN MATCHED THEN UPDATE SET status = 'Approved'",
  'MERGE INTO parts USING (SELECT 3 AS id) s ON parts.id = s.id WHEN MATCHED THEN DELETE',
  // Both halves by hand: the trigger has changed the part when the statement changes it again.
  `WITH e AS (${entry()}) UPDATE parts SET name = 'other' WHERE id = 3`,
  "WITH p AS (UPDATE parts SET name = 'other' WHERE id = 3) SELECT 1",
  "DO $$ BEGIN UPDATE parts SET name = 'other' WHERE id = 3; END $$",
  `${entry({ id: '1' })} ON CONFLICT (id) DO UPDATE SET reason = 'other'`,
  `${entry()}, (7, 1, 'status_changed', 'Rejected', 'Draft', 3, '2026-01-06T00:00:00.000Z')`,
  `${entry()}, (6, 1, 'status_changed', 'Approved', 'Draft', 3, '2026-01-06T00:00:00.000Z')`,
  "UPDATE audit_entries SET reason = 'other'",
  'UPDATE audit_entries SET part_id = 3, version = 2 WHERE id = 3',
  'DELETE FROM audit_entries WHERE id = 4',
  'TRUNCATE audit_entries',
  "MERGE INTO audit_entries USING (SELECT 3 AS id) s ON audit_entries.id = s.id WHEN MATCHED THEN UPDATE SET reason = 'x'",
  // A status that is in use.
  "UPDATE statuses SET name = 'Lost' WHERE name = 'Draft'",
  "DELETE FROM statuses WHERE name = 'Draft'",
  'TRUNCATE statuses',
  "INSERT INTO statuses VALUES ('Draft') ON CONFLICT (name) DO UPDATE SET name = 'Lost'",
];

describe.runIf(hasPostgres())('through a shell', () => {
  let shell: Client;

  /** Part 1 has version 2 and entry 1, part 2 has version 3 and the entries 2 and 3, part 4 was retired by entry 4. */
  beforeEach(async () => {
    const url = await createDatabase(onTestFinished);
    await (await openPostgresStorage(url)).close();
    shell = new Client({ connectionString: url });
    await shell.connect();
    onTestFinished(() => shell.end());
    const id = '1';
    await shell.query(entry({ id, part_id: '1', new_status: "'Rejected'" }));
    for (const statement of history) await shell.query(statement);
  });

  async function readRows(): Promise<string> {
    const tables = ['statuses', 'parts', 'audit_entries'];
    const all = tables.map((table) => `SELECT * FROM ${table} ORDER BY 1`).join(';');
    const results = [await shell.query(all)].flat();
    return JSON.stringify(results.map(({ rows }) => rows));
  }

  /** Tells whether the rows are others afterwards, which are then put back. */
  async function succeeds(attack: string, before: string): Promise<boolean> {
    await shell.query('BEGIN');
    // Only the rows count.
    const isRefused = await shell.query(attack).then(
      () => false,
      () => true,
    );
    const isChanged = !isRefused && (await readRows()) !== before;
    await shell.query('ROLLBACK');
    return isChanged;
  }

  async function listSuccesses(): Promise<string[]> {
    const before = await readRows();
    const successes: string[] = [];
    for (const attack of ATTACKS) if (await succeeds(attack, before)) successes.push(attack);
    return successes;
  }

  test('no statement changes a part without its entry, or the reverse', async () => {
    expect(await listSuccesses()).toEqual([]);
  });

  test('each trigger is needed', async () => {
    const { rows } = await shell.query(
      'SELECT tgname AS name, tgrelid::regclass AS table FROM pg_trigger WHERE NOT tgisinternal',
    );
    const needless: string[] = [];
    for (const { name, table } of rows) {
      await shell.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
      if ((await listSuccesses()).length === 0) needless.push(name);
      await shell.query(`ALTER TABLE ${table} ENABLE TRIGGER ${name}`);
    }
    expect(rows.length).toBeGreaterThan(0);
    expect(needless).toEqual([]);
  });

  test('audit entries create, edit, retire and restore a part, and there may be more statuses', async () => {
    await shell.query("INSERT INTO statuses VALUES ('On Hold')");
    for (const statement of life) await shell.query(statement);
    const { rows } = await shell.query('SELECT * FROM parts WHERE id = 13');
    expect(rows).toEqual([{ id: '13', version: '5', ...lived }]);
  });

  test('several entries of one part in one statement are applied one after the other', async () => {
    await shell.query(
      `${entry()}, (6, 3, 'status_changed', 'Approved', 'Rejected', 3, '2026-01-06T00:00:00.000Z')`,
    );
    const { rows } = await shell.query('SELECT status, version FROM parts WHERE id = 3');
    expect(rows).toEqual([{ status: 'Rejected', version: '3' }]);
  });
});
