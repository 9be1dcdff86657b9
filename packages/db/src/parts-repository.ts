import type { PartsRepository } from '@parts/core';
import type { CommitSignal } from './commit-signal.ts';
import { and, asc, type BetterSQLite3Database, desc, eq, gt, lt, sql } from './drizzle.ts';
import type { GroupCommit } from './group-commit.ts';
import { createIdempotencyRecords } from './idempotency-records.ts';
import { createPartsReader, NO_LIMIT, type OpenSnapshot, walkParts } from './parts-reader.ts';
import { auditEntries } from './schema.ts';
import { createStatusChangeWriter } from './status-change-writer.ts';
import { read } from './storage-error.ts';

export interface PartsRepositoryOptions {
  /** Milliseconds for which an idempotency key is remembered. */
  readonly idempotencyLifetime: number;
}

/** Implements the repository port. Every statement is compiled once. */
export function createPartsRepository(
  db: BetterSQLite3Database,
  groupCommit: GroupCommit,
  commits: CommitSignal,
  openSnapshot: OpenSnapshot,
  options: PartsRepositoryOptions,
): PartsRepository {
  const writeStatusChange = createStatusChangeWriter(
    db,
    createIdempotencyRecords(db, options.idempotencyLifetime),
  );
  const after = sql.placeholder('after');
  const limit = sql.placeholder('limit');

  const partsReader = createPartsReader(db);
  const selectAudit = db
    .select()
    .from(auditEntries)
    .where(gt(auditEntries.id, after))
    .orderBy(asc(auditEntries.id))
    .limit(limit)
    .prepare();
  const selectPartAudit = db
    .select()
    .from(auditEntries)
    .where(
      and(eq(auditEntries.part_id, sql.placeholder('part_id')), lt(auditEntries.version, after)),
    )
    .orderBy(desc(auditEntries.version))
    .limit(limit)
    .prepare();

  return {
    findPart: async (id) => read(() => partsReader.find(id)),
    listParts: async (query) => read(() => partsReader.list(query)),
    walkParts: (filter) => walkParts(openSnapshot, filter),

    async changeStatus(change, signal) {
      const result = await groupCommit.run(() => writeStatusChange(change), signal);
      commits.notify();
      return result;
    },

    listPartAudit: async (part_id, { after = Number.MAX_SAFE_INTEGER, limit = NO_LIMIT }) =>
      read(() => selectPartAudit.all({ part_id, after, limit })),

    listAudit: async ({ after = 0, limit = NO_LIMIT }) =>
      read(() => selectAudit.all({ after, limit })),
  };
}
