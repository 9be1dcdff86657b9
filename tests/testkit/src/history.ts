import type { EntryKind, PartStatus } from '@parts/core';
import Database from 'better-sqlite3';
import { assert } from './wait-until.ts';

export interface AuditRow {
  readonly id: number;
  readonly part_id: number;
  readonly kind: EntryKind;
  readonly old_status: PartStatus | null;
  readonly new_status: PartStatus;
  readonly version: number;
  /** Of each field that changed beside the status, the old and the new value. */
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>;
  readonly request_id: string | null;
}

interface PartRow {
  readonly id: number;
  readonly part_number: string;
  readonly name: string;
  readonly status: PartStatus;
  readonly version: number;
  readonly retired_at: string | null;
}

/** What a database file holds, as SQLite alone sees it. */
export interface History {
  /** In the order of their ids. */
  readonly parts: readonly PartRow[];
  /** In the order of their ids. */
  readonly audit: readonly AuditRow[];
}

/**
 * Reads a database without the product, as of one moment.
 *
 * @throws Error when SQLite finds it damaged, or when the history is torn: see {@link checkChain}
 */
export function readHistory(path: string): History {
  const sqlite = new Database(path, { readonly: true, fileMustExist: true });
  const select = <Row>(sql: string) => sqlite.prepare<[], Row>(sql).all();
  try {
    const history = sqlite.transaction(() => {
      const integrity = sqlite.pragma('integrity_check', { simple: true });
      assert(integrity === 'ok', 'integrity_check says ok', () => integrity);
      const orphans = sqlite.prepare('PRAGMA foreign_key_check').all();
      assert(orphans.length === 0, 'no foreign key dangles', () => orphans);
      return {
        parts: select<PartRow>(
          'SELECT id, part_number, name, status, version, retired_at FROM parts ORDER BY id',
        ),
        audit: select<Omit<AuditRow, 'changes'> & { readonly changes: string | null }>(
          `SELECT id, part_id, kind, old_status, new_status, version, changes, request_id
          FROM audit_entries ORDER BY id`,
        ).map(
          ({ changes, ...row }): AuditRow => ({ ...row, changes: JSON.parse(changes ?? '{}') }),
        ),
      };
    })();
    checkChain(history);
    return history;
  } finally {
    sqlite.close();
  }
}

/**
 * Checks what must be true of any history, whatever clients asked for: ids without a gap, for each
 * part a chain of versions, statuses and fields without a gap, and the part at its end.
 *
 * @throws Error
 */
export function checkChain({ parts, audit }: History): void {
  /** Of each part: what is known of it after its last entry. */
  const ends = new Map<number, Readonly<Record<string, unknown>>>();
  for (const [index, row] of audit.entries()) {
    const { id, part_id, kind, old_status, new_status, version, changes } = row;
    const isNew = kind === 'part_created';
    const before = ends.get(part_id) ?? { version: Number(!isNew), status: old_status };
    const isNext =
      id === index + 1 &&
      isNew === (version === 1) &&
      version === Number(before['version']) + 1 &&
      old_status === before['status'] &&
      Object.entries(changes).every(([name, [old]]) => (before[name] ?? old) === old);
    assert(isNext, 'an audit that is a chain without gaps', () => [before, row]);
    const fields = Object.entries(changes).map(([name, [, value]]) => [name, value]);
    ends.set(part_id, { ...before, ...Object.fromEntries(fields), version, status: new_status });
  }
  for (const part of parts) {
    const end = Object.entries(ends.get(part.id) ?? { version: 1 });
    const stored = new Map<string, unknown>(Object.entries(part));
    const isEnd = end.every(([name, value]) => !stored.has(name) || stored.get(name) === value);
    assert(isEnd, 'a part as its last audit entry left it', () => [part, end]);
  }
}
