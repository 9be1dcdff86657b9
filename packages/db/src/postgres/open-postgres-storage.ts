import type { AuditPosition } from '@parts/core';
import { DatabaseOpenError } from '../database-open-error.ts';
import type { OpenedStorage, StorageOptions } from '../open-storage.ts';
import type { SchemaUpdate } from '../schema/schema-update.ts';
import { SEED } from '../seed.ts';
import { createWritePorts } from '../writes/write-ports.ts';
import { createWriteQueue } from '../writes/write-queue.ts';
import { createAuditLog } from './audit-log.ts';
import { createCommitSignal } from './commit-signal.ts';
import type { Connection, ServerDescription } from './connection.ts';
import { type Hosts, parseHosts } from './hosts.ts';
import { lead } from './lead.ts';
import { createOutboxCursor } from './outbox-cursor.ts';
import { createPartsRepository } from './parts-repository.ts';
import { prepareSchema } from './prepare-schema.ts';
import { END } from './queries.ts';
import { createReaders } from './readers.ts';
import { shareTurn } from './share-turn.ts';
import { createStatistics } from './statistics.ts';
import { createWriter, LONG, openWriterConnection } from './writer/writer.ts';

/** As for SQLite, where no thread can fail. */
export interface PostgresOptions extends Omit<StorageOptions, 'onWriterFailure'> {
  /** Refuses a database that is new or has an older schema, and leaves it as it is. Default: false. */
  readonly mustExist?: boolean;
}

/** An open storage, what opening it did, and where it is. */
export interface OpenedPostgresStorage extends OpenedStorage {
  /** Hosts in the URL. */
  readonly hostCount: number;
  /** The server that took writes last; another one after a failover. */
  readServer(): ServerDescription;
}

/**
 * Opens the storage in a PostgreSQL database, version 15 or later. A new database gets schema and seed, an
 * existing one the migrations that it lacks. Any number of servers may open it at the same time; they
 * hear of each other's commits up to 0.2 s late.
 *
 * @param url `postgres://user:password@host:port/database`; it may name several hosts, of which the one
 *   that takes writes is used
 * @throws DatabaseOpenError when that is not possible, with the reason and without the password
 */
export async function openPostgresStorage(
  url: string,
  options: PostgresOptions = {},
): Promise<OpenedPostgresStorage> {
  const { seed = SEED, lockTimeout = 5000, mustExist = false } = options;
  const hosts = parseHosts(url);
  const { schemaUpdate, connection } = await openPrepared(hosts, lockTimeout, (first) =>
    prepareSchema(first, seed, mustExist),
  );
  const writer = createWriter(connection, hosts, {
    seed,
    lockTimeout,
    idempotencyLifetime: options.idempotencyLifetime ?? 24 * 60 * 60 * 1000,
  });
  const readers = createReaders(hosts, lockTimeout);
  const readEnd = shareTurn(async (calls: readonly undefined[]) => {
    const [end] = await readers.query<AuditPosition>(END);
    return calls.map(() => end ?? { epoch: '', id: 0 });
  });
  const findEnd = () => readEnd(undefined);
  const commits = createCommitSignal(readers, findEnd, writer.isOwn);
  const writes = createWriteQueue({
    execute: writer.execute,
    lockTimeout,
    maxWaiting: options.maxWaitingWrites ?? 10_000,
    onCommit: commits.notify,
  });

  const ports = createWritePorts(writes);

  return {
    ...ports,
    schemaUpdate,
    hostCount: hosts.urls.length,
    readServer: () => writer.server,
    parts: createPartsRepository(readers, ports.parts, findEnd),
    audit: createAuditLog(readers, findEnd, commits),
    outboxCursor: createOutboxCursor(readers, ports.outboxCursor),
    statistics: createStatistics(readers, writes.readCounts),
    lead: (begin) => lead(readers, begin),
    async close() {
      await writes.close();
      commits.clear();
      await Promise.all([readers.close(), writer.close()]);
    },
  };
}

/** Prepares the schema on a connection of its own: it may wait long for another server that does. */
async function openPrepared(
  hosts: Hosts,
  lockTimeout: number,
  prepare: (connection: Connection) => Promise<SchemaUpdate>,
) {
  try {
    const first = await openWriterConnection(hosts, lockTimeout, LONG);
    const schemaUpdate = await prepare(first).finally(first.destroy);
    return { schemaUpdate, connection: await openWriterConnection(hosts, lockTimeout) };
  } catch (error) {
    throw explain(error, hosts);
  }
}

/** The messages of driver and server name users, databases and hosts, but no passwords. */
function explain(error: unknown, { database }: Hosts): DatabaseOpenError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DatabaseOpenError(`${database}: ${reason}`, { cause: error });
}
