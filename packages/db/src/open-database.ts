import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AuditTail, DebugStorage, EventCursor, PartsRepository } from '@parts/core';
import Database, { type Database as Connection } from 'better-sqlite3';
import { createAuditTail, createEventCursor } from './audit-tail.ts';
import { createCommitSignal } from './commit-signal.ts';
import { DatabaseOpenError } from './database-open-error.ts';
import { createDebugStorage } from './debug-storage.ts';
import { drizzle } from './drizzle.ts';
import { createFileGuard } from './file-guard.ts';
import { type CommitCounts, createGroupCommit } from './group-commit.ts';
import { migrate } from './migrations.ts';
import type { Snapshot } from './parts-reader.ts';
import { createPartsRepository } from './parts-repository.ts';
import { seed } from './seed.ts';
import { isSqliteFailure, type SqliteFailure } from './storage-error.ts';

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
  readonly repository: PartsRepository;
  readonly debug: DebugStorage;
  readonly auditTail: AuditTail;
  readonly eventCursor: EventCursor;
  readonly readCommitCounts: () => CommitCounts;
  /** Commits what waits, moves the write-ahead log into the database file and closes it. */
  close(): void;
}

/**
 * Opens the database in a file. One that does not exist yet is created with schema
 * and seed; an existing one gets the migrations that it lacks and is otherwise left alone.
 *
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
    if (isSqliteFailure(error)) throw new DatabaseOpenError(reason(error, path), { cause: error });
    throw error;
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

function reason(error: SqliteFailure, path: string): string {
  switch (error.code) {
    case 'SQLITE_NOTADB':
      return 'the file is not a SQLite database';
    case 'SQLITE_BUSY':
      return 'another process keeps it locked';
    default:
      return `${error.message} (${error.code})${explainAccess(path)}`;
  }
}

/** What the operating system says when it is asked; SQLite does not pass it on. */
function explainAccess(path: string): string {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    return '';
  } catch (error) {
    return error instanceof Error ? `: ${error.message}` : '';
  }
}
