import { setImmediate } from 'node:timers/promises';
import {
  addCounts,
  type CommitCounts,
  type PartStatus,
  type Statistics,
  type StorageCounts,
} from '@parts/core';
import type { Database } from 'better-sqlite3';
import { LAST_ENTRY } from '../../queries.ts';
import { searchInSteps } from '../../search-in-steps.ts';
import { prepare } from '../statement.ts';
import { read } from '../storage-error.ts';
import type { GroupRead } from './group-read.ts';
import { createPartsReader } from './parts-reader.ts';

// The ids of audit entries have no gaps, so the last one is the count, at no cost.
const COUNT = `SELECT count(*) AS parts, ${LAST_ENTRY} AS auditEntries FROM parts`;

/** Of some parts, so that the event loop is free between them. */
const COUNT_BY_STATUS = `SELECT status, count(*) AS count FROM parts
  WHERE id > :after AND id <= :last AND retired_at IS NULL GROUP BY status`;

/** Implements the port for numbers. */
export function createStatistics(
  sqlite: Database,
  groupRead: GroupRead,
  readCommits: () => CommitCounts,
  openSnapshot: () => Database,
): Statistics {
  const count = prepare<StorageCounts>(sqlite, COUNT);
  return {
    count: () => groupRead.run(() => count.get() ?? { parts: 0, auditEntries: 0 }),
    async countByStatus() {
      const snapshot = read(openSnapshot);
      try {
        const countStep = prepare<{ status: PartStatus; count: number }>(snapshot, COUNT_BY_STATUS);
        const { findLast } = createPartsReader(snapshot);
        const counts = await searchInSteps({}, async ({ after, last }) => {
          await setImmediate();
          return read(() => ({ rows: countStep.all({ after, last }), end: findLast() }));
        });
        return addCounts(counts);
      } finally {
        snapshot.close();
      }
    },
    readCommits,
  };
}
