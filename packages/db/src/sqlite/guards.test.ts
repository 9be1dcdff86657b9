import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStorage } from '../open-storage.ts';
import { CHANGE_BY_HAND, shareDatabase } from '../testing/temporary-storage.ts';

const createDatabase = shareDatabase(async (path) => (await openStorage(path)).close());

/** Part 1 has version 2 and entry 1, part 2 has version 3 and the entries 2 and 3, part 4 was retired by entry 4. */
function openChanged(): Database.Database {
  const outside = new Database(createDatabase());
  onTestFinished(() => void outside.close());
  outside.pragma('foreign_keys = OFF');
  outside.pragma('ignore_check_constraints = ON');
  outside.exec(CHANGE_BY_HAND);
  for (const version of [2, 3]) outside.exec(entry({ part_id: '2', version: String(version) }));
  outside.exec(RETIREMENT);
  return outside;
}

/** A statement that inserts the next entry of part 3, which is a draft, with overrides in SQL. */
function entry(
  overrides: Record<string, string> & { readonly part_id?: string } = {},
  verb = 'INSERT',
): string {
  const columns = {
    part_id: '3',
    kind: "'status_changed'",
    old_status: `(SELECT status FROM parts WHERE id = ${overrides.part_id ?? '3'})`,
    new_status: "'Approved'",
    version: '2',
    changed_at: "'2026-01-06T00:00:00.000Z'",
    ...overrides,
  };
  return `${verb} INTO audit_entries (${Object.keys(columns)}) VALUES (${Object.values(columns)})`;
}

/** A statement that inserts the entry of a new part, with overrides in SQL. */
function creation(overrides: Record<string, string> = {}, verb = 'INSERT'): string {
  return entry(
    {
      part_id: '13',
      kind: "'part_created'",
      old_status: 'NULL',
      new_status: "'Draft'",
      version: '1',
      changes: json({ part_number: [null, 'NEW-1'], name: [null, 'New'], description: [null, ''] }),
      ...overrides,
    },
    verb,
  );
}

/** A statement that inserts the entry of an edit of part 3, with overrides in SQL. */
function edit(overrides: Record<string, string> = {}, verb = 'INSERT'): string {
  const kind = "'part_edited'";
  const changes = json({ name: ['Sensor breakout board', 'Other'] });
  return entry({ kind, new_status: "'Draft'", changes, ...overrides }, verb);
}

const json = (value: object) => `'${JSON.stringify(value)}'`;

const AT = '2026-01-06T00:00:00.000Z';

function part(overrides: Record<string, string>, verb = 'INSERT'): string {
  const columns = {
    part_number: "'NEW-1'",
    name: "''",
    description: "''",
    status: "'Draft'",
    created_at: "''",
    updated_at: "''",
    ...overrides,
  };
  return `${verb} INTO parts (${Object.keys(columns)}) VALUES (${Object.values(columns)})`;
}

/** Part 4 is Approved, and stays so. */
const RETIREMENT = entry({
  part_id: '4',
  kind: "'part_retired'",
  changes: json({ retired_at: [null, AT] }),
});

const CLAUSES = ['ABORT', 'FAIL', 'IGNORE', 'REPLACE', 'ROLLBACK'];
const inserts = CLAUSES.map((clause) => `INSERT OR ${clause}`);
const updates = CLAUSES.map((clause) => `UPDATE OR ${clause}`);

const ATTACKS: readonly string[] = [
  // A change without its entry.
  ...updates.flatMap((update) => [
    `${update} parts SET status = 'Approved', version = version + 1 WHERE id = 3`,
    `${update} parts SET status = 'Approved' WHERE id = 3`,
    `${update} parts SET status = status WHERE id = 3`,
    `${update} parts SET version = version - 1 WHERE id = 2`,
    `${update} parts SET updated_at = 'z' WHERE id = 3`,
    `${update} parts SET name = 'other' WHERE id = 3`,
    `${update} parts SET part_number = 'PCB-1002' WHERE id = 3`,
    `${update} parts SET id = 2 WHERE id = 3`,
    `${update} parts SET id = 99 WHERE id = 3`,
  ]),
  'UPDATE parts SET status = new_status FROM audit_entries WHERE part_id = parts.id AND part_id = 2',
  'DELETE FROM parts WHERE id = 3',
  'DELETE FROM parts',
  // A part that did not begin as a draft, or that takes the place of another.
  ...inserts.flatMap((insert) => [
    part({}, insert),
    part({ status: "'Approved'" }, insert),
    part({ status: 'NULL' }, insert),
    part({ status: "'Lost'" }, insert),
    part({ version: '2' }, insert),
    part({ version: '0' }, insert),
    part({ id: '3' }, insert),
    part({ rowid: '3' }, insert),
    part({ part_number: "'PCB-1003'" }, insert),
  ]),
  `${part({ id: '3' })} ON CONFLICT DO UPDATE SET status = 'Approved'`,
  `${part({ part_number: "'PCB-1003'" })} ON CONFLICT DO UPDATE SET version = 9`,
  // A creation that is not one of the next part, as a draft, with a number of its own.
  ...inserts.flatMap((insert) => [
    creation({ version: '2' }, insert),
    creation({ new_status: "'Approved'" }, insert),
    creation({ old_status: "'Draft'" }, insert),
    creation({ part_id: '3' }, insert),
    creation({ part_id: '14' }, insert),
    creation({ changes: 'NULL' }, insert),
    creation({ changes: "'no json'" }, insert),
    creation({ changes: json({ part_number: [null, 'NEW-1'] }) }, insert),
    creation(
      {
        changes: json({
          part_number: [null, 'pcb-1003'],
          name: [null, 'New'],
          description: [null, ''],
        }),
      },
      insert,
    ),
  ]),
  // An edit that keeps the approval, goes on from another content, or takes the number of another part.
  ...inserts.flatMap((insert) => [
    edit({ new_status: "'Approved'" }, insert),
    edit({ changes: 'NULL' }, insert),
    edit({ changes: json({ name: ['Wrong', 'Other'] }) }, insert),
    edit({ changes: json({ part_number: ['PCB-1003', 'pcb-1002'] }) }, insert),
    entry({ changes: json({ name: ['Sensor breakout board', 'Other'] }) }, insert),
    entry({ kind: "'other'" }, insert),
    entry({ kind: 'NULL' }, insert),
    entry({ kind: "'part_created'" }, insert),
    // A retirement at another time, with a status, or of nothing.
    entry({ kind: "'part_retired'", new_status: "'Draft'" }, insert),
    entry(
      { kind: "'part_retired'", new_status: "'Draft'", changes: json({ retired_at: [null, 'z'] }) },
      insert,
    ),
    entry({ kind: "'part_retired'", changes: json({ retired_at: [null, AT] }) }, insert),
    entry(
      { kind: "'part_restored'", new_status: "'Draft'", changes: json({ retired_at: [AT, null] }) },
      insert,
    ),
    // A change of a part that was retired.
    entry({ part_id: '4' }, insert),
    edit({ part_id: '4', changes: json({ name: ['Enclosure, lower half', 'Other'] }) }, insert),
  ]),
  ...updates.flatMap((update) => [
    `${update} parts SET retired_at = 'z', version = version + 1 WHERE id = 3`,
    `${update} parts SET retired_at = NULL WHERE id = 4`,
  ]),
  // An entry that records no change, or another one.
  ...inserts.flatMap((insert) => [
    entry({ part_id: '99', old_status: "'Draft'" }, insert),
    entry({ part_id: 'NULL', old_status: "'Draft'" }, insert),
    entry({ old_status: "'Rejected'" }, insert),
    entry({ old_status: 'NULL' }, insert),
    entry({ new_status: "'Lost'" }, insert),
    entry({ new_status: 'NULL' }, insert),
    entry({ version: '1' }, insert),
    entry({ version: '3' }, insert),
    entry({ version: 'NULL' }, insert),
    entry({ part_id: '2' }, insert),
    entry({ part_id: '2', version: '3' }, insert),
    entry({ changed_at: "'2026-01-05T08:59:59.999Z'" }, insert),
    entry({ changed_at: 'NULL' }, insert),
    // An id that is taken, leaves a gap, or comes before the first.
    entry({ id: '1' }, insert),
    entry({ id: '3' }, insert),
    entry({ rowid: '2' }, insert),
    entry({ id: '6' }, insert),
    entry({ id: '0' }, insert),
    entry({ id: '-1' }, insert),
    entry({ id: '9223372036854775807' }, insert),
  ]),
  `${entry({ id: '1' })} ON CONFLICT DO UPDATE SET reason = 'other'`,
  `${entry({ part_id: '2' })} ON CONFLICT (part_id, version) DO UPDATE SET reason = 'other'`,
  'INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries',
  "INSERT OR REPLACE INTO audit_entries SELECT id, part_id, kind, old_status, new_status, version, changes, actor, 'x', request_id, changed_at FROM audit_entries",
  ...updates.flatMap((update) => [
    `${update} audit_entries SET reason = 'other'`,
    `${update} audit_entries SET id = id + 1`,
    `${update} audit_entries SET part_id = 3, version = 2 WHERE id = 3`,
  ]),
  'DELETE FROM audit_entries',
  'DELETE FROM audit_entries WHERE id = 3',
  // A status that is in use.
  ...updates.map((update) => `${update} statuses SET name = 'Lost' WHERE name = 'Draft'`),
  "DELETE FROM statuses WHERE name = 'Draft'",
  "INSERT INTO statuses VALUES ('Draft') ON CONFLICT DO UPDATE SET name = 'Lost'",
];

const snapshot = (connection: Database.Database) =>
  ['statuses', 'parts', 'audit_entries'].map((table) =>
    connection.prepare(`SELECT * FROM ${table}`).all(),
  );

/** Tells whether the rows are others afterwards, which are then put back. */
function succeeds(connection: Database.Database, attack: string): boolean {
  const before = JSON.stringify(snapshot(connection));
  connection.exec('BEGIN');
  try {
    connection.exec(attack);
  } catch {
    // Only the rows count.
  }
  const after = JSON.stringify(snapshot(connection));
  if (connection.inTransaction) connection.exec('ROLLBACK');
  return after !== before;
}

describe.for(['OFF', 'ON'])('through a shell with recursive triggers %s', (recursive) => {
  test('no statement changes a part without its entry, or the reverse', () => {
    const outside = openChanged();
    outside.pragma(`recursive_triggers = ${recursive}`);
    expect(ATTACKS.filter((attack) => succeeds(outside, attack))).toEqual([]);
  });
});

test('each trigger is needed', () => {
  const outside = openChanged();
  const triggers = outside
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  const needless = triggers.filter(({ name, sql }) => {
    outside.exec(`DROP TRIGGER ${name}`);
    const isNeedless = !ATTACKS.some((attack) => succeeds(outside, attack));
    outside.exec(sql);
    return isNeedless;
  });
  expect(triggers.length).toBeGreaterThan(0);
  expect(needless).toEqual([]);
});

test.for([
  ['another version', entry({ version: '3' })],
  ['another status', entry({ old_status: "'Rejected'" })],
  ['a version that is there', entry({ part_id: '2' }, 'INSERT OR REPLACE')],
] as const)('an entry that goes on from %s is told so', ([, statement]) => {
  const outside = openChanged();
  expect(() => outside.exec(statement)).toThrow('goes on from the part as it is');
});

describe('a part that lags behind its entry', () => {
  const change = (columns: string) => `UPDATE parts SET ${columns} WHERE id = 3`;
  const rest = "updated_at = '2026-01-06T00:00:00.000Z'";

  function openLagging(overrides: Record<string, string> = {}): Database.Database {
    const outside = openChanged();
    outside.exec('DROP TRIGGER audit_entries_change_the_part');
    outside.exec('DROP TRIGGER audit_entries_follow_the_part');
    outside.exec(entry(overrides));
    return outside;
  }

  test('a part that lags behind its entry, as without the triggers, can catch up with it', () => {
    expect(succeeds(openLagging(), change(`status = 'Approved', version = 2, ${rest}`))).toBe(true);
  });

  test.for([
    `status = 'Rejected', version = 2, ${rest}`,
    `status = 'Approved', version = 3, ${rest}`,
    `status = 'Approved', ${rest}`,
    "status = 'Approved', version = 2",
    `status = 'Approved', version = 2, name = 'other', ${rest}`,
  ])('a part that lags behind its entry can not be changed otherwise: %s', (columns) => {
    expect(succeeds(openLagging(), change(columns))).toBe(false);
  });

  test('a part that lags behind can not catch up with an entry that began elsewhere', () => {
    const outside = openLagging({ old_status: "'Rejected'" });
    expect(succeeds(outside, change(`status = 'Approved', version = 2, ${rest}`))).toBe(false);
  });
});

test('a shell can create, edit, retire and restore a part by audit entries, and add statuses', () => {
  const outside = openChanged();
  outside.exec("INSERT INTO statuses VALUES ('On Hold')");
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
    outside.exec(statement);
  }
  expect(outside.prepare('SELECT * FROM parts WHERE id = 13').get()).toEqual({
    id: 13,
    part_number: 'NEW-1',
    name: 'Newer',
    description: '',
    status: 'Draft',
    version: 5,
    created_at: AT,
    updated_at: AT,
    retired_at: null,
  });
  expect(outside.pragma('foreign_key_check')).toEqual([]);
});
