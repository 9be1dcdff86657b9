import type { PartsRepository } from '@parts/core';
import { createAuditReader } from './audit-reader.ts';
import type { CommitSignal } from './commit-signal.ts';
import type { DrizzleDatabase } from './drizzle.ts';
import type { GroupCommit } from './group-commit.ts';
import type { GroupRead } from './group-read.ts';
import { createIdempotencyRecords } from './idempotency-records.ts';
import { createPartsReader, type OpenSnapshot, walkParts } from './parts-reader.ts';
import { createStatusChangeWriter } from './status-change-writer.ts';

export interface PartsRepositoryOptions {
  /** Milliseconds for which an idempotency key is remembered. */
  readonly idempotencyLifetime: number;
}

/** Implements the repository port. */
export function createPartsRepository(
  db: DrizzleDatabase,
  groupRead: GroupRead,
  groupCommit: GroupCommit,
  commits: CommitSignal,
  openSnapshot: OpenSnapshot,
  options: PartsRepositoryOptions,
): PartsRepository {
  const writeStatusChange = createStatusChangeWriter(
    db,
    createIdempotencyRecords(db, options.idempotencyLifetime),
  );
  const partsReader = createPartsReader(db);
  const auditReader = createAuditReader(db);

  return {
    findPart: (id) => groupRead.run(() => partsReader.find(id)),
    listParts: (query) => groupRead.run(() => partsReader.list(query)),
    walkParts: (filter) => walkParts(openSnapshot, filter),

    async changeStatus(change, signal) {
      const result = await groupCommit.run(() => writeStatusChange(change), signal);
      commits.notify();
      return result;
    },

    listPartAudit: (partId, range) => groupRead.run(() => auditReader.listOfPart(partId, range)),
    listAudit: (range) => groupRead.run(() => auditReader.list(range)),
  };
}
