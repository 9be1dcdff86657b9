import type { AuditTail, DebugStorage, EventCursor, PartsRepository } from '@parts/core';
import { createAuditTail } from './audit-tail.ts';
import type { CommitCounts } from './commit-counts.ts';
import { createCommitSignal } from './commit-signal.ts';
import { openConnection, openSnapshot } from './connection.ts';
import { createDebugStorage } from './debug-storage.ts';
import { drizzle } from './drizzle.ts';
import { createEventCursor } from './event-cursor.ts';
import { createFileGuard } from './file-guard.ts';
import { createGroupCommit } from './group-commit.ts';
import { createGroupRead } from './group-read.ts';
import { createPartsRepository } from './parts-repository.ts';
import type { SchemaUpdate } from './schema-update.ts';

/** Limits on writes; the defaults fit a server. */
export interface OpenDatabaseOptions {
  /** Milliseconds that a write waits for another process's lock before it is refused. Default: 5000. */
  readonly lockTimeout?: number;
  /** Writes that may wait for their commit before more are refused. Default: 10,000. */
  readonly maxWaitingWrites?: number;
  /** Milliseconds for which an idempotency key is remembered. Default: 24 hours. */
  readonly idempotencyLifetime?: number;
}

/** An open database: the ports of core on SQLite. */
export interface PartsDatabase {
  readonly opened: SchemaUpdate;
  /** Parts, status changes and the audit. */
  readonly repository: PartsRepository;
  /** Counts, and the way back to the seed. */
  readonly debug: DebugStorage;
  /** Sees the commits of other processes too, up to 0.2 s late. */
  readonly auditTail: AuditTail;
  /** There is one place for the whole file, whoever reads. */
  readonly eventCursor: EventCursor;
  readonly readCommitCounts: () => CommitCounts;
  /**
   * Commits what waits, moves the write-ahead log into the database file and closes it.
   * Afterwards every other call fails.
   */
  close(): void;
}

/**
 * Opens the database in a file. One that does not exist yet is created with schema
 * and seed; an existing one gets the migrations that it lacks and is otherwise left alone.
 *
 * @param path of the file; its directory must exist
 * @throws DatabaseOpenError when that is not possible, with the reason
 */
export function openDatabase(path: string, options: OpenDatabaseOptions = {}): PartsDatabase {
  const { sqlite, opened } = openConnection(path);
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

  return {
    opened,
    repository: createPartsRepository(
      db,
      groupRead,
      groupCommit,
      commits,
      () => {
        // A replaced file is another database.
        files.check();
        return openSnapshot(path);
      },
      {
        idempotencyLifetime: options.idempotencyLifetime ?? 24 * 60 * 60 * 1000,
      },
    ),
    debug: createDebugStorage(sqlite, db, groupCommit, commits),
    auditTail: createAuditTail(sqlite, db, commits),
    eventCursor: createEventCursor(db, groupCommit),
    readCommitCounts: groupCommit.readCounts,
    close() {
      groupCommit.close();
      files.close();
    },
  };
}
