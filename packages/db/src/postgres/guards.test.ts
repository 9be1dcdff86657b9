import { createDatabase, hasPostgres } from '@parts/testkit';
import { Client } from 'pg';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openPostgresStorage } from './open-postgres-storage.ts';

const AT = '2026-01-06T00:00:00.000Z';

const json = (value: object) => `'${JSON.stringify(value)}'`;

function insert(table: string, columns: Readonly<Record<string, string>>): string {
  return `INSERT INTO ${table} (${Object.keys(columns)}) VALUES (${Object.values(columns)})`;
}

/** A statement that inserts the next entry of part 3, which is a draft, with overrides in SQL. */
function entry(overrides: Readonly<Record<string, string>> = {}): string {
  const { part_id = '3' } = overrides;
  return insert('audit_entries', {
    id: '(SELECT max(id) + 1 FROM audit_entries)',
    part_id,
    kind: "'status_changed'",
    old_status: `(SELECT status FROM parts WHERE id = ${part_id})`,
    new_status: "'Approved'",
    version: '2',
    changed_at: `'${AT}'`,
    ...overrides,
  });
}

const NEW = { part_number: [null, 'NEW-1'], name: [null, 'New'], description: [null, ''] };

/** A statement that inserts the entry of a new part, with overrides in SQL. */
const creation = (overrides: Readonly<Record<string, string>> = {}) =>
  entry({
    part_id: '13',
    kind: "'part_created'",
    old_status: 'NULL',
    new_status: "'Draft'",
    version: '1',
    changes: json(NEW),
    ...overrides,
  });

/** A statement that inserts the entry of an edit of part 3, with overrides in SQL. */
const edit = (overrides: Readonly<Record<string, string>> = {}) =>
  entry({
    kind: "'part_edited'",
    new_status: "'Draft'",
    changes: json({ name: ['Sensor breakout board', 'Other'] }),
    ...overrides,
  });

const part = (overrides: Readonly<Record<string, string>> = {}) =>
  insert('parts', {
    id: '13',
    part_number: "'NEW-1'",
    name: "''",
    description: "''",
    status: "'Draft'",
    version: '1',
    created_at: `'${AT}'`,
    updated_at: `'${AT}'`,
    ...overrides,
  });

/** Part 4 is Approved, and stays so. */
const RETIREMENT = entry({
  part_id: '4',
  kind: "'part_retired'",
  changes: json({ retired_at: [null, AT] }),
});

const ATTACKS: readonly string[] = [
  // A change without its entry.
  "UPDATE parts SET status = 'Approved', version = version + 1 WHERE id = 3",
  "UPDATE parts SET name = 'other' WHERE id = 3",
  'UPDATE parts SET id = 99 WHERE id = 3',
  'UPDATE parts SET retired_at = NULL WHERE id = 4',
  'DELETE FROM parts WHERE id = 3',
  'TRUNCATE parts',
  'TRUNCATE parts, audit_entries CASCADE',
  part(),
  part({ id: '3' }),
  `${part({ id: '3' })} ON CONFLICT (id) DO UPDATE SET status = 'Approved'`,
  "MERGE INTO parts USING (SELECT 3 AS id) s ON parts.id = s.id WHEN MATCHED THEN UPDATE SET status = 'Approved'",
  'MERGE INTO parts USING (SELECT 3 AS id) s ON parts.id = s.id WHEN MATCHED THEN DELETE',
  // Both halves by hand: the trigger has changed the part when the statement changes it again.
  `WITH e AS (${entry()}) UPDATE parts SET name = 'other' WHERE id = 3`,
  "WITH p AS (UPDATE parts SET name = 'other' WHERE id = 3) SELECT 1",
  "DO $$ BEGIN UPDATE parts SET name = 'other' WHERE id = 3; END $$",
  // A creation that is not one of the next part, as a draft, with a number of its own.
  creation({ version: '2' }),
  creation({ new_status: "'Approved'" }),
  creation({ old_status: "'Draft'" }),
  creation({ part_id: '3' }),
  creation({ part_id: '14' }),
  creation({ changes: 'NULL' }),
  creation({ changes: json({ part_number: [null, 'NEW-1'] }) }),
  creation({ changes: json({ ...NEW, part_number: [null, 'pcb-1003'] }) }),
  // An edit that keeps the approval, goes on from another content, or takes the number of another part.
  edit({ new_status: "'Approved'" }),
  edit({ changes: 'NULL' }),
  edit({ changes: json({ name: ['Wrong', 'Other'] }) }),
  edit({ changes: json({ part_number: ['PCB-1003', 'pcb-1002'] }) }),
  entry({ changes: json({ name: ['Sensor breakout board', 'Other'] }) }),
  entry({ kind: "'other'" }),
  entry({ kind: 'NULL' }),
  entry({ kind: "'part_created'" }),
  // A retirement at another time, with a status, or of nothing.
  entry({ kind: "'part_retired'", new_status: "'Draft'" }),
  entry({
    kind: "'part_retired'",
    new_status: "'Draft'",
    changes: json({ retired_at: [null, 'z'] }),
  }),
  entry({ kind: "'part_retired'", changes: json({ retired_at: [null, AT] }) }),
  entry({
    kind: "'part_restored'",
    new_status: "'Draft'",
    changes: json({ retired_at: [AT, null] }),
  }),
  // A change of a part that was retired.
  entry({ part_id: '4' }),
  edit({ part_id: '4', changes: json({ name: ['Enclosure, lower half', 'Other'] }) }),
  // An entry that records no change, or another one.
  entry({ part_id: '99', old_status: "'Draft'" }),
  entry({ part_id: 'NULL', old_status: "'Draft'" }),
  entry({ old_status: "'Rejected'" }),
  entry({ old_status: 'NULL' }),
  entry({ new_status: "'Lost'" }),
  entry({ new_status: 'NULL' }),
  entry({ version: '1' }),
  entry({ version: '3' }),
  entry({ version: 'NULL' }),
  entry({ part_id: '2' }),
  entry({ part_id: '2', version: '3' }),
  entry({ changed_at: "'2026-01-05T08:59:59.999Z'" }),
  entry({ changed_at: 'NULL' }),
  // An id that is taken, leaves a gap, or comes before the first.
  ...['1', '3', '6', '0', '-1', '9223372036854775807'].map((id) => entry({ id })),
  `${entry({ id: '1' })} ON CONFLICT (id) DO UPDATE SET reason = 'other'`,
  `${entry()}, (7, 1, 'status_changed', 'Rejected', 'Draft', 3, '${AT}')`,
  `${entry()}, (6, 1, 'status_changed', 'Approved', 'Draft', 3, '${AT}')`,
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
    for (const version of ['2', '3']) await shell.query(entry({ part_id: '2', version }));
    await shell.query(RETIREMENT);
  });

  async function readRows(): Promise<string> {
    const tables = ['statuses', 'parts', 'audit_entries'];
    const all = tables.map((table) => `SELECT * FROM ${table} ORDER BY 1`).join(';');
    const results = [await shell.query(all)].flat();
    return JSON.stringify(results.map(({ rows }) => rows));
  }

  /** Tells whether the rows are others afterwards, which are then put back. */
  async function succeeds(attack: string): Promise<boolean> {
    const before = await readRows();
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
    const successes: string[] = [];
    for (const attack of ATTACKS) if (await succeeds(attack)) successes.push(attack);
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
    const part_id = '13';
    const retirement = { kind: "'part_retired'", changes: json({ retired_at: [null, AT] }) };
    const restoration = { kind: "'part_restored'", changes: json({ retired_at: [AT, null] }) };
    for (const statement of [
      creation(),
      entry({ part_id, new_status: "'On Hold'" }),
      edit({ part_id, version: '3', changes: json({ name: ['New', 'Newer'] }) }),
      entry({ part_id, version: '4', new_status: "'Draft'", ...retirement }),
      entry({ part_id, version: '5', new_status: "'Draft'", ...restoration }),
    ]) {
      await shell.query(statement);
    }
    const { rows } = await shell.query('SELECT * FROM parts WHERE id = 13');
    expect(rows).toEqual([
      {
        id: '13',
        part_number: 'NEW-1',
        name: 'Newer',
        description: '',
        status: 'Draft',
        version: '5',
        created_at: AT,
        updated_at: AT,
        retired_at: null,
      },
    ]);
  });

  test('several entries of one part in one statement are applied one after the other', async () => {
    await shell.query(`${entry()}, (6, 3, 'status_changed', 'Approved', 'Rejected', 3, '${AT}')`);
    const { rows } = await shell.query('SELECT status, version FROM parts WHERE id = 3');
    expect(rows).toEqual([{ status: 'Rejected', version: '3' }]);
  });
});
