import type { Database } from 'better-sqlite3';
import { type CommitSignal, createCommitListeners } from '../commit-listeners.ts';

/** How often the commits of other processes are looked for while somebody listens, in milliseconds. */
const POLL_INTERVAL = 200;

/** @param sqlite the connection that reads */
export function createCommitSignal(sqlite: Database): CommitSignal {
  let dataVersion: unknown;

  /**
   * Changes with the commits of other connections (https://www.sqlite.org/pragma.html#pragma_data_version),
   * which are those of other processes and those of the thread that writes.
   * Undefined while the storage fails: its users hear that when they read, and the next poll has to do here.
   */
  function readDataVersion(): unknown {
    try {
      return sqlite.pragma('data_version', { simple: true });
    } catch {
      return undefined;
    }
  }

  const signal = createCommitListeners(beginPoll, noteVersion);

  /** What listeners read after it includes every commit up to here: the poll needs not call them for it. */
  function noteVersion(): void {
    dataVersion = readDataVersion();
  }

  function beginPoll() {
    noteVersion();
    const poll = setInterval(lookForOthers, POLL_INTERVAL).unref();
    return () => clearInterval(poll);
  }

  function lookForOthers(): void {
    const version = readDataVersion();
    if (version === undefined || version === dataVersion) return;
    dataVersion = version;
    signal.notify();
  }

  return signal;
}
