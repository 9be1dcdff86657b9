import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CancellationSignal, type CommitCounts, PartsError } from '@parts/core';
import { storageClosed } from '../port-errors.ts';
import type { GroupOutcome, WriteCommand, WriteOutcome, WriteResult } from './command.ts';
import { MAX_GROUP_SIZE, measureGroup } from './group-size.ts';

/**
 * Turns of the event loop that a group waits for while each brings more commands. Clients whose answers
 * came from one commit meet again in the next: 9% more changes per second from 32 connections.
 */
const MAX_TURNS = 8;

/**
 * The share of the last commit's duration for which a group waits for the clients that the last one
 * answered. Else half of them gather while the others' commit is under way, and groups halve.
 */
const PATIENCE = 1 / 4;

/**
 * Commands that are answered in a turn of the event loop. The answers to a group of 32 at once hold it for
 * 2 ms, which readers feel.
 */
const ANSWERS_PER_TURN = 8;

/** Commands of which one does for all that wait next to each other. */
const SHARED: ReadonlySet<WriteCommand['kind']> = new Set(['reset', 'check']);

interface Job {
  readonly command: WriteCommand;
  readonly promise: Promise<WriteResult>;
  readonly signal: CancellationSignal | undefined;
  readonly deadline: number;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueueOptions {
  /** Executes a group of commands, one group at a time. */
  readonly execute: (commands: readonly WriteCommand[]) => Promise<GroupOutcome>;
  /** Milliseconds that a command waits: for a write lock that another process holds, or for the commands before it. */
  readonly lockTimeout: number;
  /** Commands that may wait; one more is refused. */
  readonly maxWaiting: number;
  /** Is called after a commit of changes or of a reset. */
  readonly onCommit: () => void;
}

/** The only way to write: see {@link createWriteQueue}. */
export interface WriteQueue {
  /**
   * Executes a command with the next group and fulfils with its result once that is durable.
   * Commands run in the order in which they came. A reset or check that comes while another
   * one waits last shares its outcome.
   *
   * @throws PartsError `cancelled` when the signal is aborted before the transaction begins, `storage_…`,
   *   or whatever the command throws
   */
  run(command: WriteCommand, signal?: CancellationSignal): Promise<WriteResult>;
  readCounts(): CommitCounts;
  /** Refuses every command from here on, and fulfils when those that wait are executed or rejected. */
  close(): Promise<void>;
}

/**
 * Forms groups for the writer: what arrives while it executes one group is the next. An idle server
 * adds no wait: the group is whoever is there.
 */
export function createWriteQueue(options: WriteQueueOptions): WriteQueue {
  const { execute, lockTimeout, maxWaiting, onCommit } = options;
  let waiting: Job[] = [];
  let underWay: Job[] = [];
  let isGathering = false;
  let closed = false;
  let commits = 0;
  let jobs = 0;
  /** How many commands come soon when all clients of the last group go on, and until when to wait for them. */
  let expected = 0;
  let patientUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  function sendSoon(): void {
    if (isGathering || underWay.length > 0 || waiting.length === 0) return;
    const left = patientUntil - performance.now();
    clearTimeout(timer);
    timer = undefined;
    if (left > 0 && waiting.length < Math.min(expected, MAX_GROUP_SIZE)) {
      timer = setTimeout(sendSoon, left);
      return;
    }
    isGathering = true;
    gather(waiting.length, 1);
  }

  /** Sends a group with the end of the turn, or waits for the next one when this turn brought more. */
  function gather(known: number, turn: number): void {
    setImmediate(() => {
      const isGrowing = waiting.length > known && waiting.length < MAX_GROUP_SIZE;
      if (isGrowing && turn < MAX_TURNS) return gather(waiting.length, turn + 1);
      isGathering = false;
      void sendGroup();
    });
  }

  async function sendGroup(): Promise<void> {
    rejectWaiting(
      ({ signal }) => signal?.aborted === true,
      () => new PartsError('cancelled', 'the caller gave up before the change was begun'),
    );
    underWay = waiting.splice(0, measureGroup(waiting));
    if (underWay.length === 0) return;
    const sentAt = performance.now();
    let patience = 0;
    try {
      const outcome = await execute(underWay.map(({ command }) => command));
      commits += outcome.commits;
      jobs += outcome.jobs;
      patience = (performance.now() - sentAt) * PATIENCE;
      expected = underWay.length + waiting.length;
      await settle(outcome.outcomes);
    } catch (error) {
      for (const { reject } of underWay) reject(error);
    }
    // The answers leave first: only then can their clients go on.
    await nextTurn();
    const now = performance.now();
    // Timers are no finer than 1 ms; on a quick disk the turns are enough.
    patientUntil = patience < 1 ? 0 : now + patience;
    underWay = [];
    // After a group, so that a command with none before it always gets a try.
    rejectWaiting(
      ({ deadline }) => deadline <= now,
      () => new PartsError('storage_overloaded', 'the changes before it took too long'),
    );
    sendSoon();
  }

  async function settle(outcomes: readonly WriteOutcome[]): Promise<void> {
    const now = performance.now();
    const locked: Job[] = [];
    let hasNews = false;
    for (const [place, outcome] of outcomes.entries()) {
      const job = underWay[place];
      if (!job) continue;
      const { kind } = job.command;
      if ('result' in outcome) {
        hasNews ||= kind === 'change' || kind === 'import' || kind === 'reset';
        job.resolve(outcome.result);
      } else if (isBusy(outcome.error) && job.deadline > now && !closed) {
        locked.push(job);
      } else {
        job.reject(outcome.error);
      }
      if (place % ANSWERS_PER_TURN === ANSWERS_PER_TURN - 1) await nextTurn();
    }
    waiting.unshift(...locked);
    if (hasNews) onCommit();
  }

  function rejectWaiting(isRejected: (job: Job) => boolean, explain: () => PartsError): void {
    waiting = waiting.filter((job) => {
      if (!isRejected(job)) return true;
      job.reject(explain());
      return false;
    });
  }

  return {
    run(command, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<WriteResult>();
      const last = waiting.at(-1);
      if (closed) {
        reject(storageClosed());
      } else if (last && last.command.kind === command.kind && SHARED.has(command.kind)) {
        return last.promise;
      } else if (waiting.length + underWay.length >= maxWaiting) {
        reject(new PartsError('storage_overloaded', 'too many changes are waiting'));
      } else {
        const deadline = performance.now() + lockTimeout;
        waiting.push({ command, promise, signal, deadline, resolve, reject });
        sendSoon();
      }
      return promise;
    },

    readCounts: () => ({ commits, jobs }),

    async close() {
      closed = true;
      await Promise.allSettled([...underWay, ...waiting].map(({ promise }) => promise));
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof PartsError && error.code === 'storage_busy';
}
