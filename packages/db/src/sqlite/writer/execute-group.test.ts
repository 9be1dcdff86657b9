import { PartsError } from '@parts/core';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openTemporaryStorage } from '../../testing/temporary-storage.ts';
import type { WriteCommand } from '../../writes/command.ts';
import { createGroupExecutor, type GroupExecutorOptions } from './execute-group.ts';

const COMMAND: WriteCommand = { kind: 'check' };

const readCursor = (outside: Database.Database) =>
  outside.prepare('SELECT audit_id FROM event_cursor').pluck().get();

/** Executes one command that moves the cursor, unless the options have another one. */
function executeOn(sqlite: Database.Database, options: Partial<GroupExecutorOptions> = {}) {
  const execute = createGroupExecutor(sqlite, {
    execute() {
      sqlite.exec('UPDATE event_cursor SET audit_id = 7');
      return undefined;
    },
    checkFiles: () => {},
    ...options,
  });
  return execute([COMMAND]).outcomes;
}

/** Commits on `sqlite`, but reports the commit as failed. */
function failCommits(sqlite: Database.Database, code: string): Database.Database {
  return new Proxy(sqlite, {
    get(target, name) {
      if (name === 'inTransaction') return target.inTransaction;
      const member = Reflect.get(target, name);
      if (name !== 'transaction')
        return typeof member === 'function' ? member.bind(target) : member;
      return (work: (argument: unknown) => unknown) => {
        const transaction = target.transaction(work);
        const immediate = (argument: unknown) => {
          transaction.immediate(argument);
          throw new Database.SqliteError('disk I/O error', code);
        };
        return Object.assign((argument: unknown) => transaction(argument), { immediate });
      };
    },
  });
}

test.each(['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_WRITE', 'SQLITE_NOMEM'])(
  'a write whose commit fails with %s may have been stored, and says so',
  async (code) => {
    const { outside } = await openTemporaryStorage();
    expect(executeOn(failCommits(outside, code))).toMatchObject([
      { error: { code: 'storage_outcome_unknown', cause: { code } } },
    ]);
    expect(readCursor(outside)).toBe(7);
  },
);

test('a write whose commit finds the disk full stores nothing', async () => {
  const { outside } = await openTemporaryStorage();
  expect(executeOn(failCommits(outside, 'SQLITE_FULL'))).toMatchObject([
    { error: { code: 'storage_unavailable' } },
  ]);
});

test('a write whose files go during the commit may have been stored, and says so', async () => {
  const { outside } = await openTemporaryStorage();
  let looks = 0;
  const checkFiles = () => {
    looks += 1;
    if (looks === 2) throw new PartsError('storage_unavailable', 'the files have gone');
  };
  expect(executeOn(outside, { checkFiles })).toMatchObject([
    { error: { code: 'storage_outcome_unknown' } },
  ]);
  expect(readCursor(outside)).toBe(7);
});

test('a write whose transaction fails before its commit stores nothing', async () => {
  const { outside } = await openTemporaryStorage();
  const outcomes = executeOn(failCommits(outside, 'SQLITE_IOERR_FSYNC'), {
    execute() {
      outside.exec('UPDATE event_cursor SET audit_id = 7; ROLLBACK');
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE');
    },
  });
  expect(outcomes).toMatchObject([{ error: { code: 'storage_unavailable' } }]);
  expect(readCursor(outside)).toBe(0);
});

test('commands that are tried alone end with the first outage, and none of them was stored', async () => {
  const { outside } = await openTemporaryStorage();
  let runs = 0;
  const execute = createGroupExecutor(outside, {
    execute() {
      runs += 1;
      if (runs === 2) outside.exec('ROLLBACK');
      if (runs === 2) throw new Error('it ends the transaction of its group');
      return undefined;
    },
    checkFiles() {
      if (runs >= 3) throw new PartsError('storage_unavailable', 'the files have gone');
    },
  });
  const { outcomes, commits, jobs } = execute([COMMAND, COMMAND, COMMAND, COMMAND]);
  const codes = outcomes.map((outcome) => 'error' in outcome && outcome.error.code);
  expect(codes).toEqual([
    'storage_outcome_unknown',
    undefined,
    'storage_unavailable',
    'storage_unavailable',
  ]);
  expect({ runs, commits, jobs }).toEqual({ runs: 3, commits: 0, jobs: 0 });
});
