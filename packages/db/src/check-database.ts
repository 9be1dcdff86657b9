import type { AuditEntry, Part } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { type AuditRow, toAuditEntry } from './sqlite/audit-row.ts';
import { hasGuards } from './sqlite/prepare-schema.ts';
import { openExisting } from './sqlite/reader/open-existing.ts';

/**
 * Checks a SQLite file, also beside a running server, as of one moment: SQLite's own integrity, the
 * triggers, that ids have no gaps, that the entries of each part are a chain, and that each
 * part is what its entries say. It can't tell a rewritten history that is consistent: for that
 * there is the digest.
 *
 * @returns what is wrong, up to 100 findings; nothing when the file is sound
 * @throws DatabaseOpenError when it can't be opened
 */
export function checkDatabase(path: string): string[] {
  const sqlite = openExisting(path);
  try {
    return sqlite.transaction(() => [...findFaults(sqlite).take(100)])();
  } finally {
    sqlite.close();
  }
}

function* findFaults(sqlite: Database): Generator<string> {
  for (const row of sqlite.prepare<[], string>('PRAGMA integrity_check').pluck().all()) {
    if (row !== 'ok') yield `integrity_check: ${row}`;
  }
  for (const row of sqlite.prepare('PRAGMA foreign_key_check').iterate()) {
    yield `foreign_key_check: ${JSON.stringify(row)}`;
  }
  if (!hasGuards(sqlite)) yield 'the triggers are not those of this program';
  yield* findGaps(sqlite);
  yield* findBrokenChains(sqlite);
}

function* findGaps(sqlite: Database): Generator<string> {
  let last = 0;
  for (const id of sqlite
    .prepare<[], number>('SELECT id FROM audit_entries ORDER BY id')
    .pluck()
    .iterate()) {
    if (id !== last + 1)
      yield `entry ${last + 1}${id > last + 2 ? ` to ${id - 1}` : ''} is missing`;
    last = id;
  }
}

function* findBrokenChains(sqlite: Database): Generator<string> {
  const selectPart = sqlite.prepare<[number], Part>('SELECT * FROM parts WHERE id = ?');
  const selectHistory = sqlite.prepare<[number], AuditRow>(
    'SELECT * FROM audit_entries WHERE part_id = ? ORDER BY version DESC',
  );
  for (const id of sqlite.prepare<[], number>('SELECT id FROM parts ORDER BY id').pluck().all()) {
    const part = selectPart.get(id);
    const fault = part && findBreak(part, selectHistory.all(id).map(toAuditEntry));
    if (fault) yield `part ${id}: ${fault}`;
  }
}

/**
 * Takes one change after the other back from a part, and finds where an entry does not lead to what came of it.
 *
 * @param history newest first
 */
function findBreak(part: Part, history: readonly AuditEntry[]): string | undefined {
  const [newest] = history;
  if (newest && newest.changed_at !== part.updated_at) {
    return `it was updated at ${part.updated_at}, but its last entry is of ${newest.changed_at}`;
  }
  let state: Record<string, unknown> = { ...part };
  for (const { id, version, kind, old_status, new_status, changes } of history) {
    const after = { version, status: new_status, ...fieldsOf(changes, 1) };
    const fault = Object.entries(after).find(([field, value]) => state[field] !== value);
    if (fault) {
      const [field, value] = fault;
      return `entry ${id} leads to ${field} ${JSON.stringify(value)}, but what follows has ${JSON.stringify(state[field])}`;
    }
    if (kind === 'part_created') {
      return version === 1 ? undefined : `entry ${id} creates version ${version}`;
    }
    state = { ...state, version: version - 1, status: old_status, ...fieldsOf(changes, 0) };
  }
  return state['version'] === 1 ? undefined : `version ${state['version']} has no entry`;
}

/** @param side 0 for the old values, 1 for the new ones */
function fieldsOf(changes: AuditEntry['changes'], side: 0 | 1) {
  return Object.fromEntries(
    Object.entries(changes ?? {}).map(([field, values]) => [field, values[side]]),
  );
}
