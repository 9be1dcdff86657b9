import { PART_STATUSES, type PartStatus } from '@parts/core';
import Database from 'better-sqlite3';
import { promise } from './broken-promise.ts';
import type { Tally } from './tally.ts';

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
 * @throws BrokenPromise when SQLite finds it damaged
 */
export function readHistory(path: string): History {
  const sqlite = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return sqlite.transaction(() => {
      const integrity = sqlite.pragma('integrity_check', { simple: true });
      promise(integrity === 'ok', 'integrity_check says ok', () => integrity);
      const orphans = sqlite.pragma('foreign_key_check');
      promise(
        Array.isArray(orphans) && orphans.length === 0,
        'no foreign key dangles',
        () => orphans,
      );
      return {
        parts: sqlite
          .prepare<[], PartRow>('SELECT id, status, version FROM parts ORDER BY id')
          .all(),
        audit: sqlite
          .prepare<[], AuditRow>(
            'SELECT id, part_id, old_status, new_status, version, request_id FROM audit_entries ORDER BY id',
          )
          .all(),
      };
    })();
  } finally {
    sqlite.close();
  }
}

/**
 * Checks what must be true of any history, whatever clients asked for: ids without a gap,
 * for each part a chain of versions and statuses without a gap, and the part at its end.
 *
 * @throws BrokenPromise
 */
export function checkChain({ parts, audit }: History, tally: Tally): void {
  const ends = new Map<number, AuditRow>();
  for (const [index, row] of audit.entries()) {
    const before = ends.get(row.part_id);
    const fits =
      row.id === index + 1 &&
      row.version === (before?.version ?? 1) + 1 &&
      (!before || row.old_status === before.new_status);
    if (!fits) tally.torn++;
    promise(fits, 'the audit is a chain without gaps', () => [before, row]);
    ends.set(row.part_id, row);
  }
  for (const part of parts) {
    const end = ends.get(part.id);
    const fits = end
      ? part.version === end.version && part.status === end.new_status
      : part.version === 1 && PART_STATUSES.includes(part.status);
    if (!fits) tally.torn++;
    promise(fits, 'a part has the status and version of its last audit entry', () => [part, end]);
  }
}
