import type { PartsQuery, PartsRepository } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { searchInSteps } from '../search-in-steps.ts';
import type { WritePorts } from '../writes/write-ports.ts';
import { createEndFinder } from './reader/audit-log.ts';
import type { GroupRead } from './reader/group-read.ts';
import { createPartsReader, streamParts } from './reader/parts-reader.ts';

export function createPartsRepository(
  sqlite: Database,
  groupRead: GroupRead,
  writes: WritePorts['parts'],
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
    ...writes,
    find: (id) => groupRead.run(() => reader.find(id)),
    list: async (query) => (await listWithPosition(query)).parts,
    listWithPosition,
    stream: (filter) => streamParts(openSnapshot, filter),
    // Each takes 4 MB.
    maxStreams: 64,
  };
}
