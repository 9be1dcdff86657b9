import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStorage } from '../open-storage.ts';
import { createShellStatements } from '../testing/shell-statements.ts';
import { CHANGE_BY_HAND, shareDatabase } from '../testing/temporary-storage.ts';

const { entry, part, history, life, lived, listAttacks } = createShellStatements();

const createDatabase = shareDatabase(async (path) => (await openStorage(path)).close());

/** Part 1 has version 2 and entry 1, part 2 has version 3 and the entries 2 and 3, part 4 was retired by entry 4. */
function openChanged(): Database.Database {
  const outside = new Database(createDatabase());
  onTestFinished(() => void outside.close());
  outside.pragma('foreign_keys = OFF');
  outside.pragma('ignore_check_constraints = ON');
  outside.exec(CHANGE_BY_HAND);
  for (const statement of history) outside.exec(statement);
  return outside;
}

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
  ...inserts.flatMap((insert) => [
    ...listAttacks(insert),
    part({ rowid: '3' }, insert),
    entry({ rowid: '2' }, insert),
  ]),
  `${part({ id: '3' })} ON CONFLICT DO UPDATE SET status = 'Approved'`,
  `${part({ part_number: "'PCB-1003'" })} ON CONFLICT DO UPDATE SET version = 9`,
  ...updates.flatMap((update) => [
    `${update} parts SET retired_at = 'z', version = version + 1 WHERE id = 3`,
    `${update} parts SET retired_at = NULL WHERE id = 4`,
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

const readRows = (connection: Database.Database) =>
  JSON.stringify(
    ['statuses', 'parts', 'audit_entries'].map((table) =>
      connection.prepare(`SELECT * FROM ${table}`).all(),
    ),
  );

/** Tells whether the rows are others afterwards, which are then put back. */
function succeeds(
  connection: Database.Database,
  attack: string,
  before = readRows(connection),
): boolean {
  connection.exec('BEGIN');
  try {
    connection.exec(attack);
  } catch {
    // Only the rows count.
  }
  const after = readRows(connection);
  if (connection.inTransaction) connection.exec('ROLLBACK');
  return after !== before;
}

describe.for(['OFF', 'ON'])('through a shell with recursive triggers %s', (recursive) => {
  test('no statement changes a part without its entry, or the reverse', () => {
    const outside = openChanged();
    outside.pragma(`recursive_triggers = ${recursive}`);
    const before = readRows(outside);
    expect(ATTACKS.filter((attack) => succeeds(outside, attack, before))).toEqual([]);
  });
});

test('each trigger is needed', () => {
  const outside = openChanged();
  const triggers = outside
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  const before = readRows(outside);
  const needless = triggers.filter(({ name, sql }) => {
    outside.exec(`DROP TRIGGER ${name}`);
    const isNeedless = !ATTACKS.some((attack) => succeeds(outside, attack, before));
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
  for (const statement of life) outside.exec(statement);
  const row = outside.prepare('SELECT * FROM parts WHERE id = 13').get();
  expect(row).toEqual({ id: 13, version: 5, ...lived });
  expect(outside.pragma('foreign_key_check')).toEqual([]);
});
