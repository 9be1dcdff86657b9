import {
  addCounts,
  type CommitCounts,
  type PartStatus,
  type Statistics,
  type StorageCounts,
} from '@parts/core';
import { LAST_ENTRY } from './queries.ts';
import type { Readers } from './readers.ts';

// The ids of audit entries have no gaps, so the last one is the count, at no cost.
const COUNT = `SELECT (SELECT count(*) FROM parts) AS parts, ${LAST_ENTRY} AS "auditEntries"`;

const COUNT_BY_STATUS =
  'SELECT status, count(*) AS count FROM parts WHERE retired_at IS NULL GROUP BY status';

/** Implements the port for numbers. */
export function createStatistics(readers: Readers, readCommits: () => CommitCounts): Statistics {
  return {
    async count() {
      const query = { name: 'count', text: COUNT, values: [] };
      const [counts] = await readers.query<StorageCounts>(query);
      return counts ?? { parts: 0, auditEntries: 0 };
    },
    async countByStatus() {
      const query = { name: 'count by status', text: COUNT_BY_STATUS, values: [] };
      type Row = { readonly status: PartStatus; readonly count: number };
      return addCounts(await readers.query<Row>(query));
    },
    readCommits,
  };
}
