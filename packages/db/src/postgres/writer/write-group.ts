import { randomUUID } from 'node:crypto';
import { executeChange, executeImport } from '@parts/core';
import type { WriteCommand, WriteOutcome, WriteResult } from '../../writes/command.ts';
import type { Connection, Query } from '../connection.ts';
import { KEPT_CURSOR } from '../queries.ts';
import { settleAll } from '../settle-all.ts';
import { connectionLost, isConnectionLoss } from '../storage-error.ts';
import { enterEntry, type Ledger } from './ledger.ts';
import { loadLedger } from './load-ledger.ts';
import { openLedger } from './open-ledger.ts';
import { createLedgerWriter } from './store-ledger.ts';

// Two servers may both relay the outbox: the place never goes back.
const SAVE_CURSOR = `UPDATE event_cursor SET audit_id = greatest(${KEPT_CURSOR}, $2::bigint)
  WHERE $1 = (SELECT epoch FROM audit_head WHERE one)`;

/** A commit whose answer did not come, or did not say that the standby has it. */
export class CommitInDoubt extends Error {
  override readonly name = 'CommitInDoubt';
  readonly epoch: string;
  /** Finds the mark of the transaction, which its first entry has. */
  readonly lookUp: Query;
  readonly outcomes: readonly WriteOutcome[];

  constructor(ledger: Ledger, mark: string, outcomes: readonly WriteOutcome[], cause: unknown) {
    super('the answer to a commit got lost', { cause });
    this.epoch = ledger.epoch;
    this.outcomes = outcomes;
    this.lookUp = {
      name: 'look up',
      text: 'SELECT FROM audit_entries WHERE id = $1::bigint AND commit_mark = $2::uuid',
      values: [ledger.newEntries[0]?.id, mark],
    };
  }
}

/**
 * Group commit: the commands of a group share one transaction, in two round trips. The first takes the
 * lock and reads; core decides; the second writes and commits. The rules refuse a command before
 * anything is written, so a statement that fails is a fault, and undoes the whole group.
 *
 * @param lifetime of an idempotency key, in milliseconds
 */
export function createGroupWriter(lifetime: number) {
  const storeLedger = createLedgerWriter(lifetime);

  function attempt(command: WriteCommand, ledger: Ledger): WriteOutcome {
    try {
      return { result: run(command, ledger) };
    } catch (error) {
      return { error };
    }
  }

  function run(command: WriteCommand, ledger: Ledger): WriteResult {
    const transaction = openLedger(ledger, lifetime);
    if (command.kind === 'change') return executeChange(command.change, transaction);
    if (command.kind === 'import') return executeImport(command.batch, transaction);
    if (command.kind === 'replay') for (const entry of command.entries) enterEntry(ledger, entry);
    return undefined;
  }

  /**
   * @returns the outcomes, all of them durable
   * @throws CommitInDoubt, or what ended the transaction, of which nothing is left then
   */
  return async function writeGroup(
    connection: Connection,
    commands: readonly WriteCommand[],
  ): Promise<readonly WriteOutcome[]> {
    const ledger = await loadLedger(connection, commands);
    const outcomes = commands.map((command) => attempt(command, ledger));
    const mark = randomUUID();
    const sent = storeLedger(connection, ledger, mark);
    for (const command of commands) {
      if (command.kind === 'save_cursor') {
        const { epoch, id } = command.position;
        sent.push(
          connection.query({ name: 'save cursor', text: SAVE_CURSOR, values: [epoch, id] }),
        );
      } else if (command.kind === 'replay') {
        const text = 'UPDATE audit_head SET epoch = $1';
        sent.push(connection.query({ name: 'set epoch', text, values: [command.epoch] }));
      }
    }
    try {
      await settleAll<unknown>([...sent, commit(connection)]);
    } catch (error) {
      if (!isConnectionLoss(error) || ledger.newEntries.length === 0) throw error;
      throw new CommitInDoubt(ledger, mark, outcomes, error);
    }
    return outcomes;
  };
}

/**
 * Commits, and fulfils only when all servers that have to have it do. Who cancels a commit that waits for
 * the standby makes PostgreSQL answer as usual, after a warning 01000
 * (https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION).
 */
export async function commit(connection: Connection): Promise<void> {
  connection.takeWarnings();
  const command = await connection.execute('COMMIT');
  if (connection.takeWarnings() > 0)
    throw connectionLost('the commit did not wait for the standby');
  if (command !== 'COMMIT') throw new TypeError(`COMMIT was answered with ${command}`);
}
