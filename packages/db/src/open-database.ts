import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AuditTail, DebugStorage, EventCursor, PartsRepository } from '@parts/core';
import Database, { type Database as Connection } from 'better-sqlite3';
import { createAuditTail } from './audit-tail.ts';
import type { CommitCounts } from './commit-counts.ts';
import { createCommitSignal } from './commit-signal.ts';
import { DatabaseOpenError } from './database-open-error.ts';
import { createDebugStorage } from './debug-storage.ts';
import { drizzle } from './drizzle.ts';
import { createEventCursor } from './event-cursor.ts';
import { createFileGuard } from './file-guard.ts';
import { createGroupCommit } from './group-commit.ts';
import { countMigrations, migrate } from './migrations.ts';
import type { Snapshot } from './parts-reader.ts';
import { createPartsRepository } from './parts-repository.ts';
import { seed } from './seed.ts';
import { isSqliteFailure } from './storage-error.ts';

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
  if (!existsSync(dirname(path))) {
    throw new DatabaseOpenError(`the directory ${dirname(path)} does not exist`);
  }
  const sqlite = openConnection(path);
  const db = drizzle(sqlite);
  const commits = createCommitSignal(sqlite);
  const files = createFileGuard(sqlite, path);
  const groupCommit = createGroupCommit(sqlite, {
    lockTimeout: options.lockTimeout ?? 5000,
    maxWaiting: options.maxWaitingWrites ?? 10_000,
    checkFiles: files.check,
  });

  return {
    repository: createPartsRepository(db, groupCommit, commits, () => openSnapshot(path), {
      idempotencyLifetime: options.idempotencyLifetime ?? 24 * 60 * 60 * 1000,
    }),
    debug: createDebugStorage(sqlite, db, groupCommit, commits),
    auditTail: createAuditTail(sqlite, db, commits),
    eventCursor: createEventCursor(db, groupCommit),
    readCommitCounts: groupCommit.readCounts,
    close() {
      groupCommit.close();
      files.emptyLog();
      sqlite.close();
    },
  };
}

function openConnection(path: string): Connection {
  let sqlite: Connection | undefined;
  try {
    // While opening, the driver's blocking wait of 5 s is fine: nobody is served yet.
    sqlite = new Database(path);
    // Before anything is changed: a file of another program must stay as it is.
    countMigrations(sqlite);
    // Readers never wait for a writer (https://www.sqlite.org/wal.html).
    sqlite.pragma('journal_mode = WAL');
    // An acknowledged commit survives a power loss; SQLite's default for WAL does not promise that
    // (https://www.sqlite.org/pragma.html#pragma_synchronous).
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    prepareSchema(sqlite);
    // From here on a lock must not block the event loop: group commit does the waiting.
    sqlite.pragma('busy_timeout = 0');
    return sqlite;
  } catch (error) {
    sqlite?.close();
    const reason = explain(error);
    if (reason === undefined) throw error;
    throw new DatabaseOpenError(`${path}: ${reason}`, { cause: error });
  }
}

/** A read transaction on a connection of its own (https://www.sqlite.org/isolation.html). */
function openSnapshot(path: string): Snapshot {
  const sqlite = new Database(path, { readonly: true, timeout: 0 });
  // The transaction begins with its first read.
  sqlite.exec('BEGIN');
  return { db: drizzle(sqlite), close: () => sqlite.close() };
}

function prepareSchema(sqlite: Connection): void {
  sqlite
    .transaction(() => {
      if (migrate(sqlite) === 0) seed(drizzle(sqlite));
    })
    .immediate();
}

/** Why the file can't be used; undefined when that is not the file's fault. */
function explain(error: unknown): string | undefined {
  if (error instanceof DatabaseOpenError) return error.message;
  if (!isSqliteFailure(error)) return undefined;
  switch (error.code) {
    case 'SQLITE_NOTADB':
      return 'the file is not a SQLite database';
    case 'SQLITE_BUSY':
      return 'another process keeps it locked';
    default:
      return `${error.message} (${error.code})`;
  }
}
