import { type Part, PartsError } from '@parts/core';
import { outcomeUnknown } from '../../port-errors.ts';
import type { GroupOutcome, WriteCommand, WriteOutcome } from '../../writes/command.ts';
import { connect } from '../connect.ts';
import { type Connection, LOOK_UPS, type ServerDescription } from '../connection.ts';
import type { Hosts } from '../hosts.ts';
import { retry } from '../retry.ts';
import { settleAll } from '../settle-all.ts';
import { codeOf, isConnectionLoss } from '../storage-error.ts';
import { LOCK } from './load-ledger.ts';
import { reset } from './reset.ts';
import { CommitInDoubt, commit, createGroupWriter } from './write-group.ts';

/**
 * Milliseconds after which PostgreSQL ends a transaction whose server does nothing, as a frozen one:
 * the others wait for its lock.
 */
const IDLE_TIMEOUT = 2000;

/** The patience of work on the whole database, in milliseconds. */
export const LONG = 10 * 60 * 1000;

export interface WriterOptions {
  readonly seed: readonly Part[];
  /** Milliseconds that a group waits for the lock, for a server that takes writes, or for a commit. */
  readonly lockTimeout: number;
  /** Milliseconds for which an idempotency key is remembered. */
  readonly idempotencyLifetime: number;
}

/** The only connection that writes. It is opened again when it was lost. */
export interface Writer {
  execute(commands: readonly WriteCommand[]): Promise<GroupOutcome>;
  /** The server that took writes last. */
  readonly server: ServerDescription;
  /** True for the process of the database that serves this writer. */
  isOwn(processId: number): boolean;
  close(): Promise<void>;
}

/** @param patience see {@link WriterOptions.lockTimeout} */
export function openWriterConnection(hosts: Hosts, lockTimeout: number, patience = lockTimeout) {
  // No time limit for a statement: it would not end a commit either. For PostgreSQL 0 is no limit.
  const settings = `${LOOK_UPS}; SET lock_timeout = ${Math.max(lockTimeout, 1)}; SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = ${IDLE_TIMEOUT}`;
  return connect(hosts, { settings, patience: patience + 2000 });
}

/** @param first an open connection */
export function createWriter(first: Connection, hosts: Hosts, options: WriterOptions): Writer {
  const { lockTimeout, seed } = options;
  const writeGroup = createGroupWriter(options.idempotencyLifetime);
  let connection = first;

  async function take(): Promise<Connection> {
    if (connection.isLost) connection = await openWriterConnection(hosts, lockTimeout);
    return connection;
  }

  /** Runs a transaction on the connection, and leaves it without one. */
  async function attempt<T>(transact: (connection: Connection) => Promise<T>): Promise<T> {
    const current = await take();
    try {
      return await transact(current);
    } catch (error) {
      // 25006: the server takes no writes any more.
      const isOver = error instanceof CommitInDoubt || codeOf(error) === '25006';
      if (isOver || isConnectionLoss(error)) current.destroy();
      else await current.execute('ROLLBACK').catch(current.destroy);
      throw error;
    }
  }

  function commitGroup(commands: readonly WriteCommand[], deadline: number) {
    return retry(deadline, async () => {
      try {
        return await attempt((current) => writeGroup(current, commands));
      } catch (error) {
        if (!(error instanceof CommitInDoubt)) throw error;
        if (await wasCommitted(error)) return error.outcomes;
        throw error.cause;
      }
    });
  }

  /**
   * Looks up a transaction whose commit was not answered. Its lock tells when it has ended, and the commit
   * of the look-up, which locks a row, waits for the standby as the one in doubt should have.
   */
  async function wasCommitted({ lookUp, epoch }: CommitInDoubt): Promise<boolean> {
    const lock = { name: 'lock', text: LOCK, values: [] };
    try {
      return await retry(performance.now() + lockTimeout, () =>
        attempt(async (current) => {
          const begun = current.execute('BEGIN ISOLATION LEVEL READ COMMITTED');
          const head = current.query<{ epoch: string }>(lock);
          const found = current.query(lookUp);
          await settleAll<unknown>([begun, head, found, commit(current)]);
          if ((await head)[0]?.epoch !== epoch) throw outcomeUnknown('a reset came between');
          return (await found).length > 0;
        }),
      );
    } catch (error) {
      throw outcomeUnknown(error);
    }
  }

  async function resetAll(deadline: number): Promise<readonly WriteOutcome[]> {
    await retry(deadline, async () => {
      const own = await openWriterConnection(hosts, lockTimeout, LONG);
      try {
        await reset(own, seed);
      } finally {
        own.destroy();
      }
    });
    return [{ result: undefined }];
  }

  async function execute(commands: readonly WriteCommand[]): Promise<GroupOutcome> {
    const deadline = performance.now() + lockTimeout;
    const isReset = commands[0]?.kind === 'reset';
    try {
      const outcomes = await (isReset ? resetAll(deadline) : commitGroup(commands, deadline));
      return { outcomes, commits: 1, jobs: commands.length };
    } catch (error) {
      const isFault = !(error instanceof PartsError);
      if (isFault && commands.length > 1) return executeEach(commands);
      return { outcomes: commands.map(() => ({ error })), commits: 0, jobs: 0 };
    }
  }

  /** What the rules let pass and the database refused: alone, only the culprit fails. */
  async function executeEach(commands: readonly WriteCommand[]): Promise<GroupOutcome> {
    const groups: GroupOutcome[] = [];
    for (const command of commands) groups.push(await execute([command]));
    return {
      outcomes: groups.flatMap(({ outcomes }) => outcomes),
      commits: groups.reduce((sum, { commits }) => sum + commits, 0),
      jobs: groups.reduce((sum, { jobs }) => sum + jobs, 0),
    };
  }

  return {
    execute,
    get server() {
      return connection.server;
    },
    isOwn: (processId) => processId === connection.processId,
    close: () => connection.close(),
  };
}
