import type { AuditEntry, AuditFilter, AuditLog, AuditPosition, ListRange } from '@parts/core';
import type { CommitSignal } from '../commit-listeners.ts';
import { searchInSteps } from '../search-in-steps.ts';
import { END, ENTRY, LAST_ENTRY, listEntries } from './queries.ts';
import type { Readers } from './readers.ts';

// Up to the end of this history a place is one of it; any other begins at the start.
const READ_AFTER = `SELECT ${ENTRY} FROM audit_entries WHERE id > (
  SELECT CASE WHEN epoch = $1 AND $2::bigint <= ${LAST_ENTRY} THEN $2::bigint ELSE 0 END
  FROM audit_head WHERE one) ORDER BY id LIMIT $3::bigint`;

const OF_PART = `SELECT ${ENTRY} FROM audit_entries WHERE part_id = $1::bigint AND version < $2::bigint
  ORDER BY version DESC LIMIT $3::bigint`;

export function createAuditLog(
  readers: Readers,
  findEnd: () => Promise<AuditPosition>,
  commits: CommitSignal,
): AuditLog {
  /** Without an index on what is looked for, as few steps hold up others as in a search for parts. */
  async function search(filter: AuditFilter, range: ListRange): Promise<readonly AuditEntry[]> {
    if (filter.actor?.includes('\0')) return [];
    return searchInSteps(range, async (step) => {
      const [rows, end] = await readers.querySnapshot([listEntries(filter, step), END]);
      const [position] = end as AuditPosition[];
      return { rows: rows as AuditEntry[], end: position?.id ?? 0 };
    });
  }

  return {
    list({ after, limit, ...filter }) {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      return isFiltered
        ? search(filter, { after, limit })
        : readers.query<AuditEntry>(listEntries({}, { after, limit }));
    },

    listOfPart: (partId, { after = Number.MAX_SAFE_INTEGER, limit = null }) =>
      readers.query<AuditEntry>({
        name: 'entries of part',
        text: OF_PART,
        values: [partId, after, limit],
      }),

    findEnd,

    async readAfter({ epoch, id }, limit) {
      const values = [epoch, id, limit];
      const [end, rows] = await readers.querySnapshot([
        END,
        { name: 'read after', text: READ_AFTER, values },
      ]);
      const [position] = end as AuditPosition[];
      if (!position) throw new Error('the database has no epoch');
      const entries = rows as AuditEntry[];
      const isReset = epoch !== position.epoch || id > position.id;
      const last = entries.at(-1)?.id ?? (isReset ? 0 : id);
      return { entries, position: { epoch: position.epoch, id: last }, isReset };
    },

    onCommit: (listener) => commits.listen(listener),
  };
}
