import type { Database } from 'better-sqlite3';
import type { WriteCommand, WriteResult } from '../../writes/command.ts';
import { dropSchema } from '../migrations.ts';
import { prepareSchema, type SchemaContent } from '../prepare-schema.ts';
import { prepare } from '../statement.ts';
import { createApplier } from './apply-change.ts';
import { createIdempotencyRecords } from './idempotency-records.ts';
import type { WriterQueries } from './queries.ts';

export interface CommandExecutorOptions {
  readonly queries: WriterQueries;
  /** What a reset brings back. */
  readonly content: SchemaContent;
  /** Milliseconds for which an idempotency key is remembered. */
  readonly idempotencyLifetime: number;
}

/** Executes commands inside a transaction, which is the caller's. */
export function createCommandExecutor(sqlite: Database, options: CommandExecutorOptions) {
  const { queries, content, idempotencyLifetime } = options;
  const saveCursor = prepare(sqlite, queries.saveCursor);
  const setEpoch = sqlite.prepare('UPDATE epoch SET name = ?');
  const beginWrite = sqlite.prepare('UPDATE event_cursor SET audit_id = audit_id WHERE false');
  const { applyChange, applyImport, replay } = createApplier(
    sqlite,
    queries,
    createIdempotencyRecords(sqlite, queries, idempotencyLifetime),
  );

  return function execute(command: WriteCommand, hasFailed: boolean): WriteResult {
    switch (command.kind) {
      case 'change':
        return applyChange(command.change);
      case 'import':
        return applyImport(command.batch);
      case 'save_cursor':
        saveCursor.runAny({ ...command.position });
        break;
      case 'reset':
        dropSchema(sqlite);
        prepareSchema(sqlite, content);
        break;
      case 'replay':
        setEpoch.run(command.epoch);
        replay(command.entries);
        break;
      case 'check':
        // A statement that finds no row takes the write lock and is committed without a write. It proves
        // that the files are in place, the lock can be had and SQLite may write, but not that the disk
        // has room or takes a sync: after a failure the check stores a page.
        if (hasFailed) rewriteHeader(sqlite);
        else beginWrite.run();
    }
    return undefined;
  };
}

/** Changes no value, but SQLite writes and syncs the first page as for any change. */
function rewriteHeader(sqlite: Database): void {
  sqlite.pragma(`user_version = ${sqlite.pragma('user_version', { simple: true })}`);
}
