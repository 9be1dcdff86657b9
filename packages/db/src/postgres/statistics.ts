import {
  type AuditPosition,
  addCounts,
  type CommitCounts,
  type PartStatus,
  type Statistics,
} from '@parts/core';
import type { Query } from './connection.ts';
import { END } from './queries.ts';
import type { Readers } from './readers.ts';

const COUNT = 'SELECT count(*) AS count FROM parts';

const COUNT_BY_STATUS =
  'SELECT status, count(*) AS count FROM parts WHERE retired_at IS NULL GROUP BY status';

export function createStatistics(readers: Readers, readCommits: () => CommitCounts): Statistics {
  /** Counting reads the whole table, which readers forbid; @see LOOK_UPS */
  const scan: Query = {
    name: 'allow scans',
    text: "SELECT set_config('enable_seqscan', 'on', true)",
    values: [],
  };

  return {
    async count() {
      const count = { name: 'count', text: COUNT, values: [] };
      const [end, , counts] = await readers.querySnapshot([END, scan, count]);
      const [position] = end as AuditPosition[];
      const [row] = counts as Count[];
      // The ids of audit entries have no gaps, so the last one is their count.
      return { parts: row?.count ?? 0, auditEntries: position?.id ?? 0 };
    },
    async countByStatus() {
      const count = { name: 'count by status', text: COUNT_BY_STATUS, values: [] };
      const [, counts] = await readers.querySnapshot([scan, count]);
      return addCounts(counts as (Count & { readonly status: PartStatus })[]);
    },
    readCommits,
  };
}

interface Count {
  readonly count: number;
}
