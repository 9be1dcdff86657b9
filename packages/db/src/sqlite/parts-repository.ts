import type { PartsRepository } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { createEndFinder } from './reader/audit-log.ts';
import type { GroupRead } from './reader/group-read.ts';
import { createPartsReader, streamParts } from './reader/parts-reader.ts';
import type { WriteQueue } from './writer/write-queue.ts';

/** Implements the port for parts. */
export function createPartsRepository(
  sqlite: Database,
  groupRead: GroupRead,
  writes: WriteQueue,
  openSnapshot: () => Database,
): PartsRepository {
  const reader = createPartsReader(sqlite);
  const findEnd = createEndFinder(sqlite);

  return {
    find: (id) => groupRead.run(() => reader.find(id)),
    list: (query) => groupRead.run(() => reader.list(query)),
    listWithPosition: (query) =>
      groupRead.run(() => ({ parts: reader.list(query), position: findEnd() })),
    stream: (filter) => streamParts(openSnapshot, filter),

    async change(change, signal) {
      const result = await writes.run({ kind: 'change', change }, signal);
      if (!result) throw new Error('a change without a result');
      return result;
    },
  };
}
