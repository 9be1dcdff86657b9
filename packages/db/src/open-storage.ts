import type { Part, Storage } from '@parts/core';
import { SEED } from './seed.ts';
import { createCommitSignal } from './sqlite/commit-signal.ts';
import { openConnection, openSnapshot } from './sqlite/connection.ts';
import { drizzle } from './sqlite/drizzle.ts';
import { createFileGuard } from './sqlite/file-guard.ts';
import { createPartsRepository } from './sqlite/parts-repository.ts';
import { createAuditLog } from './sqlite/reader/audit-log.ts';
import { createGroupRead } from './sqlite/reader/group-read.ts';
import { createStatistics } from './sqlite/reader/statistics.ts';
import type { SchemaUpdate } from './sqlite/schema-update.ts';
import { createGroupCommit } from './sqlite/writer/group-commit.ts';
import { createMaintenance } from './sqlite/writer/maintenance.ts';
import { createOutboxCursor } from './sqlite/writer/outbox-cursor.ts';

/** The content of a new storage, and limits on writes; the defaults fit a server. */
export interface StorageOptions {
  /** The parts of a new storage, and after a reset. Default: a dozen to try the service with. */
  readonly seed?: readonly Part[];
  /** Milliseconds that a write waits for another process's lock before it is refused. Default: 5000. */
  readonly lockTimeout?: number;
  /** Writes that may wait for their commit before more are refused. Default: 10,000. */
  readonly maxWaitingWrites?: number;
  /** Milliseconds for which an idempotency key is remembered. Default: 24 hours. */
  readonly idempotencyLifetime?: number;
}

/** An open storage, and what opening it did. */
export interface OpenedStorage extends Storage {
  readonly schemaUpdate: SchemaUpdate;
}

/**
 * Opens the storage in a SQLite file. A file that does not exist yet is created with schema and
 * seed; an existing one gets the migrations that it lacks and is otherwise left alone. Several
 * openings of one file, also in several processes, see each other's commits up to 0.2 s late.
 *
 * @param path of the file; its directory must exist
 * @throws DatabaseOpenError when that is not possible, with the reason
 */
export async function openStorage(
  path: string,
  options: StorageOptions = {},
): Promise<OpenedStorage> {
  const seed = options.seed ?? SEED;
  const { sqlite, schemaUpdate } = openConnection(path, seed);
  const db = drizzle(sqlite);
  const commits = createCommitSignal(sqlite);
  const files = createFileGuard(sqlite, path);
  const groupRead = createGroupRead(sqlite);
  const groupCommit = createGroupCommit(sqlite, {
    // A read must not wait for the sync of a commit of the same turn.
    scheduleBefore: groupRead.goFirst,
    lockTimeout: options.lockTimeout ?? 5000,
    maxWaiting: options.maxWaitingWrites ?? 10_000,
    checkFiles: files.check,
  });

  function openCheckedSnapshot() {
    // A replaced file is another database.
    files.check();
    return openSnapshot(path);
  }

  return {
    schemaUpdate,
    parts: createPartsRepository(db, groupRead, groupCommit, commits, openCheckedSnapshot, {
      idempotencyLifetime: options.idempotencyLifetime ?? 24 * 60 * 60 * 1000,
    }),
    audit: createAuditLog(db, groupRead, commits),
    outboxCursor: createOutboxCursor(db, groupRead, groupCommit),
    maintenance: createMaintenance(sqlite, seed, groupCommit, commits),
    statistics: createStatistics(db, groupRead, groupCommit.readCounts),
    async close() {
      groupCommit.close();
      files.close();
    },
  };
}
