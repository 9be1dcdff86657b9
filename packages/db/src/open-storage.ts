import { PART_STATUSES, type Part, type Storage } from '@parts/core';
import type { SchemaUpdate } from './schema/schema-update.ts';
import { SEED } from './seed.ts';
import { createCommitSignal } from './sqlite/commit-signal.ts';
import { filesAreLost } from './sqlite/file-guard.ts';
import { areInPlace } from './sqlite/file-identity.ts';
import { createOutboxCursor } from './sqlite/outbox-cursor.ts';
import { createPartsRepository } from './sqlite/parts-repository.ts';
import { createAuditLog } from './sqlite/reader/audit-log.ts';
import { openReader, openSnapshot } from './sqlite/reader/connection.ts';
import { createGroupRead } from './sqlite/reader/group-read.ts';
import { createStatistics } from './sqlite/reader/statistics.ts';
import { openWriter } from './sqlite/writer/open-writer.ts';
import { WRITER_QUERIES } from './sqlite/writer/queries.ts';
import { createWritePorts, type WritePorts } from './writes/write-ports.ts';
import { createWriteQueue } from './writes/write-queue.ts';

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
  /** Is told why the thread that writes ended; the next write starts another. Default: nothing is told. */
  readonly onWriterFailure?: (reason: Error) => void;
}

/** An open storage, and what opening it did. */
export interface OpenedStorage extends Storage {
  readonly schemaUpdate: SchemaUpdate;
  readonly replay: WritePorts['replay'];
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
  const { seed = SEED, onWriterFailure = () => {} } = options;
  const writer = await openWriter(
    {
      path,
      queries: WRITER_QUERIES,
      content: { statuses: PART_STATUSES, seed, insertPart: WRITER_QUERIES.insertPart },
      idempotencyLifetime: options.idempotencyLifetime ?? 24 * 60 * 60 * 1000,
    },
    onWriterFailure,
  );
  const sqlite = openReader(path);
  const commits = createCommitSignal(sqlite);
  const groupRead = createGroupRead(sqlite);
  const writes = createWriteQueue({
    execute: writer.execute,
    lockTimeout: options.lockTimeout ?? 5000,
    maxWaiting: options.maxWaitingWrites ?? 10_000,
    onCommit: commits.notify,
  });

  function openCheckedSnapshot() {
    // A replaced file is another database.
    if (!areInPlace(writer.identities)) throw filesAreLost(path);
    return openSnapshot(path);
  }

  const ports = createWritePorts(writes);

  return {
    ...ports,
    schemaUpdate: writer.schemaUpdate,
    parts: createPartsRepository(sqlite, groupRead, ports.parts, openCheckedSnapshot),
    audit: createAuditLog(sqlite, groupRead, commits),
    outboxCursor: createOutboxCursor(sqlite, groupRead, ports.outboxCursor),
    statistics: createStatistics(sqlite, groupRead, writes.readCounts, openCheckedSnapshot),
    // One server uses a file.
    lead: (begin) => begin(),
    async close() {
      await writes.close();
      // First, so that the writer's is the last connection: then SQLite leaves no log behind.
      sqlite.close();
      await writer.close();
    },
  };
}
