import { PartsError } from '@parts/core/rules';
import type { Database } from 'better-sqlite3';
import type {
  GroupOutcome,
  WriteCommand,
  WriteOutcome,
  WriteResult,
} from '../../writes/command.ts';
import { isBusy, toCommitError, toStorageError } from '../storage-error.ts';
import { type ErrorData, encodeError } from './error-data.ts';

type Outcome = WriteOutcome<ErrorData>;

export interface GroupExecutorOptions {
  /**
   * Runs a command inside the transaction; what it throws undoes this command's writes and no others.
   *
   * @param hasFailed true from a transaction that failed for another reason than a lock, until one succeeds
   */
  readonly execute: (command: WriteCommand, hasFailed: boolean) => WriteResult;
  /** Throws when a transaction would not last. It is called before and after each one. */
  readonly checkFiles: () => void;
}

/**
 * Group commit: the commands of a group share one `BEGIN IMMEDIATE … COMMIT`, hence one sync of the
 * disk. Each has a savepoint of its own (https://www.sqlite.org/lang_savepoint.html). The function that
 * it returns does not throw, and returns when all that it calls done is durable.
 */
export function createGroupExecutor(
  sqlite: Database,
  { execute, checkFiles }: GroupExecutorOptions,
): (commands: readonly WriteCommand[]) => GroupOutcome<ErrorData> {
  let hasFailed = false;
  let isCommitting = false;
  /** The place of the command that ended the transaction for the whole group. */
  let culprit: number | undefined;
  /** Set when a transaction could not be begun or committed: the next one could not either. */
  let outage: Outcome | undefined;
  let commits = 0;
  let jobs = 0;

  const inSavepoint = sqlite.transaction((command: WriteCommand) => execute(command, hasFailed));
  const inTransaction = sqlite.transaction((commands: readonly WriteCommand[]) => {
    const outcomes = commands.map(attempt);
    isCommitting = true;
    return outcomes;
  });

  function attempt(command: WriteCommand, place: number): Outcome {
    try {
      return { result: inSavepoint(command) };
    } catch (error) {
      // Some failures (disk full, I/O) end the whole transaction, the neighbours' writes included.
      if (!sqlite.inTransaction) {
        culprit = place;
        throw error;
      }
      return { error: encodeError(toStorageError(error)) };
    }
  }

  function commit(commands: readonly WriteCommand[]): Outcome[] {
    isCommitting = false;
    culprit = undefined;
    checkFiles();
    const outcomes = inTransaction.immediate(commands);
    checkFiles();
    hasFailed = false;
    commits += 1;
    jobs += commands.length;
    return outcomes;
  }

  function commitAll(commands: readonly WriteCommand[]): Outcome[] {
    outage = undefined;
    try {
      return commit(commands);
    } catch (error) {
      hasFailed ||= !isBusy(error);
      const reason = toStorageError(error);
      const failed = { error: encodeError(isCommitting ? toCommitError(error) : reason) };
      if (culprit !== undefined) {
        const place = culprit;
        return commitEach(commands.toSpliced(place, 1)).toSpliced(place, 0, failed);
      }
      if (reason instanceof PartsError) outage = { error: encodeError(reason) };
      return commands.map(() => failed);
    }
  }

  /** Without the one that ended their transaction, the others get one more try, each in its own. */
  function commitEach(commands: readonly WriteCommand[]): Outcome[] {
    return commands.flatMap((command) => (outage ? [outage] : commitAll([command])));
  }

  return function executeGroup(commands) {
    commits = 0;
    jobs = 0;
    return { outcomes: commitAll(commands), commits, jobs };
  };
}
