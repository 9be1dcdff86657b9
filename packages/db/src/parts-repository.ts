import { type Part, type PartsRepository, partNotFound, type StatusChange } from '@parts/core';
import { eq, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { GroupCommit } from './group-commit.ts';
import { auditEntries, parts } from './schema.ts';
import { toStorageError } from './storage-error.ts';

/** Implements the repository port. Statements are compiled once. */
export function createPartsRepository(
  db: BetterSQLite3Database,
  groupCommit: GroupCommit,
): PartsRepository {
  const selectAll = db.select().from(parts).orderBy(parts.id).prepare();
  const selectById = db
    .select()
    .from(parts)
    .where(eq(parts.id, sql.placeholder('id')))
    .prepare();
  const writeStatusChange = prepareStatusChange(db);

  return {
    listParts: async () => read(() => selectAll.all()),
    findPart: async (id) => read(() => selectById.get({ id })),
    changeStatus: (change, signal) =>
      groupCommit.run(
        () => writeStatusChange(change, selectById.get({ id: change.part_id })),
        signal,
      ),
  };
}

/**
 * The one place where a status change is written: the part and its audit entry.
 * Must run inside a transaction.
 */
function prepareStatusChange(db: BetterSQLite3Database) {
  const updatePart = db
    .update(parts)
    .set({
      status: sql`${sql.placeholder('status')}`,
      version: sql`${sql.placeholder('version')}`,
      updated_at: sql`${sql.placeholder('updated_at')}`,
    })
    .where(eq(parts.id, sql.placeholder('id')))
    .prepare();
  const insertAuditEntry = db
    .insert(auditEntries)
    .values({
      part_id: sql.placeholder('part_id'),
      old_status: sql.placeholder('old_status'),
      new_status: sql.placeholder('new_status'),
      version: sql.placeholder('version'),
      request_id: sql.placeholder('request_id'),
      changed_at: sql.placeholder('changed_at'),
    })
    .prepare();

  return function writeStatusChange(change: StatusChange, before: Part | undefined): Part {
    if (!before) throw partNotFound();
    const after: Part = {
      ...before,
      status: change.new_status,
      version: before.version + 1,
      updated_at: change.changed_at,
    };
    updatePart.run(after);
    insertAuditEntry.run({ ...change, old_status: before.status, version: after.version });
    return after;
  };
}

function read<T>(query: () => T): T {
  try {
    return query();
  } catch (error) {
    throw toStorageError(error);
  }
}
