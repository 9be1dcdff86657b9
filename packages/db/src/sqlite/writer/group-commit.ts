import { type CancellationSignal, type CommitCounts, PartsError } from '@parts/core';
import type { Database } from 'better-sqlite3';

import { isBusy, toCommitError, toStorageError } from '../storage-error.ts';

/** How long to wait before the write lock is tried again, in milliseconds. */
const LOCK_RETRY_DELAY = 10;

/** Bounds the time for which one commit keeps the event loop: about 5 ms. */
const MAX_GROUP_SIZE = 256;

/**
 * Turns of the event loop that a commit waits for while each brings more jobs. Clients whose answers
 * came from one commit meet again in the next: 9% more changes per second from 32 connections.
 */
const MAX_TURNS = 8;

interface Job {
  readonly work: () => unknown;
  readonly promise: Promise<unknown>;
  readonly signal: CancellationSignal | undefined;
  readonly deadline: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  /** Milliseconds that a job waits: for a write lock that another process holds, or for the jobs before it. */
  readonly lockTimeout: number;
  /** Jobs that may wait; one more is refused. */
  readonly maxWaiting: number;
  /** Throws when a transaction would not last. It is asked before and after each one. */
  readonly checkFiles: () => void;
  /** Called when a commit is due at the end of this turn, to schedule what should come before it. */
  readonly scheduleBefore: () => void;
}

/** The only way to write: see {@link createGroupCommit}. */
export interface GroupCommit {
  /**
   * Runs `work` in the next transaction and fulfils with its result once that
   * transaction is durable. Jobs run in the order in which they came. What one
   * throws undoes its own writes and no others. The very function that waits last is
   * not run twice: both callers get its result.
   *
   * @throws PartsError `cancelled` when the signal is aborted before the transaction begins,
   *   `storage_busy`, `storage_overloaded`, `storage_unavailable`, `storage_outcome_unknown`;
   *   or whatever `work` throws
   */
  run<T>(work: () => T, signal?: CancellationSignal): Promise<T>;
  readCounts(): CommitCounts;
  /** True from a transaction that failed for another reason than a lock, until one succeeds. */
  hasFailed(): boolean;
  /** Commits or rejects what waits, without waiting for locks; afterwards every job is refused. */
  close(): void;
}

/**
 * Group commit: all jobs that arrive in one turn of the event loop, and in the next ones while
 * those bring more, share one `BEGIN IMMEDIATE … COMMIT`, hence one sync of the disk. An idle
 * server adds no wait: the group is whoever is there. Each job has its own savepoint
 * (https://www.sqlite.org/lang_savepoint.html).
 */
export function createGroupCommit(sqlite: Database, options: GroupCommitOptions): GroupCommit {
  let waiting: Job[] = [];
  let isScheduled = false;
  let closed = false;
  let failed = false;
  let isCommitting = false;
  /** The job that ended the last transaction for the whole group. */
  let culprit: Job | undefined;
  /** Jobs at the front that get a transaction each, since a neighbour ended the one that they shared. */
  let alone = 0;
  let commits = 0;
  let jobs = 0;

  const inSavepoint = sqlite.transaction((work: () => unknown) => work());
  const inTransaction = sqlite.transaction((group: readonly Job[]) => {
    const answers = group.map(attempt);
    isCommitting = true;
    return answers;
  });

  function attempt(job: Job): () => void {
    try {
      const value = inSavepoint(job.work);
      return () => job.resolve(value);
    } catch (error) {
      // Some failures (disk full, I/O) end the whole transaction, the neighbours' work included.
      if (!sqlite.inTransaction) {
        culprit = job;
        throw error;
      }
      return () => job.reject(toStorageError(error));
    }
  }

  function commitWaiting(): void {
    isScheduled = false;
    waiting = waiting.filter((job) => {
      if (!job.signal?.aborted) return true;
      job.reject(new PartsError('cancelled', 'the caller gave up before the change was begun'));
      return false;
    });
    const group = waiting.slice(0, alone > 0 ? 1 : MAX_GROUP_SIZE);
    if (group.length === 0) return;
    isCommitting = false;
    culprit = undefined;
    try {
      options.checkFiles();
      const answers = inTransaction.immediate(group);
      options.checkFiles();
      failed = false;
      commits += 1;
      jobs += group.length;
      alone = Math.max(alone - 1, 0);
      waiting = waiting.slice(group.length);
      for (const answer of answers) answer();
    } catch (error) {
      if (isBusy(error) && !closed) {
        // SQLite's own busy timeout would wait with the event loop blocked.
        rejectExpired(toStorageError(error));
        isScheduled = true;
        setTimeout(commitWaiting, LOCK_RETRY_DELAY);
        return;
      }
      failed = true;
      // Without the one that ended their transaction, the others get one more try.
      const rejected = culprit ? [culprit] : group;
      alone = Math.max(alone, culprit ? group.length : 0) - 1;
      waiting = waiting.filter((job) => !rejected.includes(job));
      const reason = isCommitting ? toCommitError(error) : toStorageError(error);
      for (const job of rejected) job.reject(reason);
    }
    if (waiting.length > 0) {
      rejectExpired(new PartsError('storage_overloaded', 'the changes before it took too long'));
      commitSoon();
    }
  }

  function commitSoon(): void {
    isScheduled = true;
    awaitTurn(waiting.length, 1);
  }

  /** Commits with the end of the turn, or waits for the next one when this turn brought more jobs. */
  function awaitTurn(known: number, turn: number): void {
    options.scheduleBefore();
    setImmediate(() => {
      const isGrowing = waiting.length > known && waiting.length < MAX_GROUP_SIZE;
      if (isGrowing && turn < MAX_TURNS) awaitTurn(waiting.length, turn + 1);
      else commitWaiting();
    });
  }

  /** Called after a try, so that a job with nobody before it always gets one. */
  function rejectExpired(reason: unknown): void {
    const now = performance.now();
    waiting = waiting.filter((job) => {
      if (job.deadline > now) return true;
      job.reject(reason);
      return false;
    });
  }

  return {
    run<T>(work: () => T, signal?: CancellationSignal) {
      const last = waiting.at(-1);
      if (last?.work === work) return last.promise as Promise<T>;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      if (closed || waiting.length >= options.maxWaiting) {
        const why = closed ? 'the storage is closed' : 'too many changes are waiting';
        reject(new PartsError(closed ? 'storage_unavailable' : 'storage_overloaded', why));
        return promise;
      }
      waiting.push({
        work,
        promise,
        signal,
        deadline: performance.now() + options.lockTimeout,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (!isScheduled) commitSoon();
      return promise;
    },

    readCounts: () => ({ commits, jobs }),
    hasFailed: () => failed,

    close() {
      closed = true;
      while (waiting.length > 0) commitWaiting();
    },
  };
}
