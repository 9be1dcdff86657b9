import type { Part } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { describeGap, findBreak } from './find-break.ts';
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
    if (id !== last + 1) yield describeGap(last, id);
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
