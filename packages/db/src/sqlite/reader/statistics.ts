import { setImmediate } from 'node:timers/promises';
import { addCounts, type CommitCounts, type Statistics, type StorageCounts } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { searchInSteps } from '../../search-in-steps.ts';
import { db, sql } from '../drizzle.ts';
import { describe } from '../query.ts';
import { auditEntries, parts } from '../schema.ts';
import { prepare } from '../statement.ts';
import { read } from '../storage-error.ts';
import type { GroupRead } from './group-read.ts';
import { createPartsReader } from './parts-reader.ts';

// The ids of audit entries have no gaps, so the last one is the count, at no cost.
const COUNT = describe(
  db
    .select({
      parts: sql<number>`count(*)`.as('parts'),
      auditEntries:
        sql<number>`coalesce((SELECT max(${auditEntries.id}) FROM ${auditEntries}), 0)`.as(
          'auditEntries',
        ),
    })
    .from(parts),
);

export function createStatistics(
  sqlite: Database,
  groupRead: GroupRead,
  readCommits: () => CommitCounts,
  openSnapshot: () => Database,
): Statistics {
  const count = prepare<StorageCounts>(sqlite, COUNT);
  return {
    count: () => groupRead.run(() => count.get({}) ?? { parts: 0, auditEntries: 0 }),
    async countByStatus() {
      const snapshot = read(openSnapshot);
      try {
        const reader = createPartsReader(snapshot);
        const counts = await searchInSteps({}, async (step) => {
          await setImmediate();
          return read(() => reader.countByStatus(step));
        });
        return addCounts(counts);
      } finally {
        snapshot.close();
      }
    },
    readCommits,
  };
}
