import type { PartsQuery, PartsRepository } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { searchInSteps } from '../search-in-steps.ts';
import type { WriteQueue } from '../writes/write-queue.ts';
import { createEndFinder } from './reader/audit-log.ts';
import type { GroupRead } from './reader/group-read.ts';
import { createPartsReader, streamParts } from './reader/parts-reader.ts';

/** Implements the port for parts. */
export function createPartsRepository(
  sqlite: Database,
  groupRead: GroupRead,
  writes: WriteQueue,
  openSnapshot: () => Database,
): PartsRepository {
  const reader = createPartsReader(sqlite);
  const findEnd = createEndFinder(sqlite);

  async function listWithPosition({ after, limit, ...filter }: PartsQuery) {
    if (!filter.words || filter.partNumbers) {
      return groupRead.run(() => ({
        parts: reader.list({ after, limit, ...filter }),
        position: findEnd(),
      }));
    }
    const position = await groupRead.run(findEnd);
    const parts = await searchInSteps({ after, limit }, (step) =>
      groupRead.run(() => reader.search(filter, step)),
    );
    return { parts, position };
  }

  return {
    find: (id) => groupRead.run(() => reader.find(id)),
    list: async (query) => (await listWithPosition(query)).parts,
    listWithPosition,
    stream: (filter) => streamParts(openSnapshot, filter),

    async change(change, signal) {
      const result = await writes.run({ kind: 'change', change }, signal);
      if (!result || !('part' in result)) throw new Error('a change without a result');
      return result;
    },

    async import(batch, signal) {
      const report = await writes.run({ kind: 'import', batch }, signal);
      if (!report || !('rows' in report)) throw new Error('an import without a report');
      return report;
    },
  };
}
