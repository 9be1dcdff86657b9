import type { PartStatus } from '@parts/core';
import Database from 'better-sqlite3';
import { assert } from './wait-until.ts';

export interface AuditRow {
  readonly id: number;
  readonly part_id: number;
  readonly old_status: PartStatus;
  readonly new_status: PartStatus;
  readonly version: number;
  readonly request_id: string | null;
}

interface PartRow {
  readonly id: number;
  readonly status: PartStatus;
  readonly version: number;
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
        parts: select<PartRow>('SELECT id, status, version FROM parts ORDER BY id'),
        audit: select<AuditRow>(
          'SELECT id, part_id, old_status, new_status, version, request_id FROM audit_entries ORDER BY id',
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
 * Checks what must be true of any history, whatever clients asked for: ids without a gap,
 * for each part a chain of versions and statuses without a gap, and the part at its end.
 *
 * @throws Error
 */
export function checkChain({ parts, audit }: History): void {
  const ends = new Map<number, AuditRow>();
  for (const [index, row] of audit.entries()) {
    const before = ends.get(row.part_id);
    assert(
      row.id === index + 1 &&
        row.version === (before?.version ?? 1) + 1 &&
        (!before || row.old_status === before.new_status),
      'an audit that is a chain without gaps',
      () => [before, row],
    );
    ends.set(row.part_id, row);
  }
  for (const part of parts) {
    const end = ends.get(part.id);
    assert(
      end ? part.version === end.version && part.status === end.new_status : part.version === 1,
      'a part with the status and version of its last audit entry',
      () => [part, end],
    );
  }
}
