import type { Database } from 'better-sqlite3';

/** How often the commits of other processes are looked for while somebody listens, in milliseconds. */
const POLL_INTERVAL = 200;

/** Tells listeners that something was committed. */
export interface CommitSignal {
  /** Must be called after a commit of this process that listeners care for. */
  notify(): void;
  /** @returns a function that ends it */
  listen(listener: () => void): () => void;
}

/** @param sqlite the connection that reads */
export function createCommitSignal(sqlite: Database): CommitSignal {
  const listeners = new Set<() => void>();
  let isNotified = false;
  let poll: NodeJS.Timeout | undefined;
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

  function notify(): void {
    if (isNotified || listeners.size === 0) return;
    isNotified = true;
    // Those who wait for their answer come before those who listen.
    setImmediate(() => {
      isNotified = false;
      // What listeners read now includes every commit up to here: the poll needs not call them for it.
      dataVersion = readDataVersion();
      for (const listener of listeners) listener();
    });
  }

  function lookForOthers(): void {
    const version = readDataVersion();
    if (version === undefined || version === dataVersion) return;
    dataVersion = version;
    notify();
  }

  return {
    notify,
    listen(listener) {
      listeners.add(listener);
      if (!poll) {
        dataVersion = readDataVersion();
        poll = setInterval(lookForOthers, POLL_INTERVAL).unref();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(poll);
        poll = undefined;
      };
    },
  };
}
