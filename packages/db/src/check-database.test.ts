import { createPartsService } from '@parts/core';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { checkDatabase } from './check-database.ts';
import { openStorage } from './open-storage.ts';
import { shareDatabase, temporaryPath } from './testing/temporary-storage.ts';

/** A file with every kind of entry, of which part 13 has six: 1 to 6. Part 2 has one: 7. */
const createHistory = shareDatabase(async (path) => {
  const storage = await openStorage(path);
  const parts = createPartsService({ storage, clock: () => '2027-01-01T00:00:00.000Z' });
  const { id } = await parts.createPart({ part_number: 'PCB-1', name: 'Board' });
  await parts.editPart(id, { name: 'Relay board', description: '8 channels' });
  await parts.changeStatus(id, { status: 'Approved' });
  await parts.editPart(id, { description: '16 channels' });
  await parts.editPart(id, { retired: true });
  await parts.editPart(id, { retired: false });
  await parts.changeStatus(2, { status: 'Rejected' });
  await storage.close();
});

/** Alters a file as somebody can who may write it: without triggers, and with them again. */
function alterUnseen(path: string, sql: string): void {
  const sqlite = new Database(path);
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  sqlite.pragma('foreign_keys = OFF');
  for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`);
  sqlite.exec(sql);
  for (const trigger of triggers) sqlite.exec(trigger.sql);
  sqlite.close();
}

test('a file with every kind of entry is sound, also while the storage is open', async () => {
  const path = createHistory();
  expect(checkDatabase(path)).toEqual([]);
  const storage = await openStorage(path);
  expect(checkDatabase(path)).toEqual([]);
  await storage.close();
});

test.for([
  ["UPDATE parts SET name = 'x' WHERE id = 13", ['part 13: entry 2 leads to name "Relay board"']],
  [
    "UPDATE parts SET status = 'Draft' WHERE id = 2",
    ['part 2: entry 7 leads to status "Rejected"'],
  ],
  ['UPDATE parts SET version = 9 WHERE id = 2', ['part 2: entry 7 leads to version 2']],
  ['UPDATE parts SET version = 2 WHERE id = 3', ['part 3: version 2 has no entry']],
  [
    "UPDATE parts SET updated_at = '2027-01-02T00:00:00.000Z' WHERE id = 2",
    ['part 2: it was updated at 2027-01-02T00:00:00.000Z, but its last entry is of 2027-01-01'],
  ],
  [
    "UPDATE parts SET retired_at = '2027-01-01T00:00:00.000Z' WHERE id = 13",
    ['part 13: entry 6 leads to retired_at null'],
  ],
  [
    'DELETE FROM audit_entries WHERE id = 3',
    ['entry 3 is missing', 'part 13: entry 2 leads to version 2, but what follows has 3'],
  ],
  ['DELETE FROM audit_entries WHERE id IN (3, 4)', ['entry 3 to 4 is missing', 'part 13: entry 2']],
  ['DELETE FROM audit_entries WHERE id = 1', ['entry 1 is missing']],
  ['DELETE FROM audit_entries WHERE id = 7', ['part 2: version 2 has no entry']],
  [
    `UPDATE audit_entries SET changes = '{"name":["Plate","Relay board"]}' WHERE id = 2`,
    ['part 13: entry 1 leads to name "Board", but what follows has "Plate"'],
  ],
  [
    "UPDATE audit_entries SET old_status = 'Draft' WHERE id = 4",
    ['part 13: entry 3 leads to status'],
  ],
  ['DELETE FROM parts WHERE id = 2', ['foreign_key_check: {"table":"audit_entries","rowid":7']],
] as const)('%s is found: %j', ([sql, expected]) => {
  const path = createHistory();
  alterUnseen(path, sql);
  const faults = checkDatabase(path);
  for (const fault of expected) expect(faults).toContainEqual(expect.stringContaining(fault));
});

test('a trigger that is missing, or one more, is found', () => {
  for (const sql of [
    'DROP TRIGGER parts_are_never_deleted',
    'CREATE TRIGGER more AFTER INSERT ON epoch BEGIN SELECT 1; END',
  ]) {
    const path = createHistory();
    const sqlite = new Database(path);
    sqlite.exec(sql);
    sqlite.close();
    expect(checkDatabase(path)).toEqual(['the triggers are not those of this program']);
  }
});

test('a file full of faults is told of with the first hundred', async () => {
  const path = temporaryPath();
  const part = (id: number) => ({
    id,
    part_number: `P-${id}`,
    name: 'n',
    description: '',
    status: 'Draft' as const,
    version: 1,
    created_at: '2027-01-01T00:00:00.000Z',
    updated_at: '2027-01-01T00:00:00.000Z',
    retired_at: null,
  });
  const seed = Array.from({ length: 150 }, (_, index) => part(index + 1));
  await (await openStorage(path, { seed })).close();
  alterUnseen(path, 'UPDATE parts SET version = 2');
  expect(checkDatabase(path)).toHaveLength(100);
});
