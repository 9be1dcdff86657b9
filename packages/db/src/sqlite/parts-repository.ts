import type { PartsRepository } from '@parts/core';
import type { CommitSignal } from './commit-signal.ts';
import type { DrizzleDatabase } from './drizzle.ts';
import type { GroupRead } from './reader/group-read.ts';
import { createPartsReader, type OpenSnapshot, streamParts } from './reader/parts-reader.ts';
import { createChangeApplier } from './writer/apply-change.ts';
import type { GroupCommit } from './writer/group-commit.ts';
import { createIdempotencyRecords } from './writer/idempotency-records.ts';

export interface PartsRepositoryOptions {
  /** Milliseconds for which an idempotency key is remembered. */
  readonly idempotencyLifetime: number;
}

/** Implements the port for parts. */
export function createPartsRepository(
  db: DrizzleDatabase,
  groupRead: GroupRead,
  groupCommit: GroupCommit,
  commits: CommitSignal,
  openSnapshot: OpenSnapshot,
  { idempotencyLifetime }: PartsRepositoryOptions,
): PartsRepository {
  const applyChange = createChangeApplier(db, createIdempotencyRecords(db, idempotencyLifetime));
  const partsReader = createPartsReader(db);

  return {
    find: (id) => groupRead.run(() => partsReader.find(id)),
    list: (query) => groupRead.run(() => partsReader.list(query)),
    stream: (filter) => streamParts(openSnapshot, filter),

    async change(change, signal) {
      const result = await groupCommit.run(() => applyChange(change), signal);
      commits.notify();
      return result;
    },
  };
}
