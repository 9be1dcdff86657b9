import type { AuditPosition } from '@parts/core';
import type { Connection } from './connection.ts';
import type { Readers } from './readers.ts';

/** How often the commits of other servers are looked for while somebody listens, in milliseconds. */
const POLL_INTERVAL = 200;

/** Tells listeners that something was committed. */
export interface CommitSignal {
  /** Must be called after a commit of this opening that listeners care for. */
  notify(): void;
  /** @returns a function that ends it */
  listen(listener: () => void): () => void;
  close(): void;
}

/**
 * The poll is the promise. A notification is a hint that makes it fast: it is lost with its connection,
 * and behind some connection poolers.
 *
 * @param findEnd reads the end of the audit
 * @param isOwn true for the process of the database that writes for this opening
 */
export function createCommitSignal(
  readers: Readers,
  findEnd: () => Promise<AuditPosition>,
  isOwn: (processId: number) => boolean,
): CommitSignal {
  const listeners = new Set<() => void>();
  let isNotified = false;
  /** The time in which somebody listens. */
  let session:
    | { poll?: NodeJS.Timeout; end?: string; ear?: Connection; isOpening?: boolean }
    | undefined;

  function notify(): void {
    if (isNotified || listeners.size === 0) return;
    isNotified = true;
    // Those who wait for their answer come before those who listen.
    setImmediate(() => {
      isNotified = false;
      for (const listener of listeners) listener();
    });
  }

  async function listenToServer(mine: NonNullable<typeof session>): Promise<void> {
    if (mine.isOpening || (mine.ear && !mine.ear.isLost)) return;
    mine.isOpening = true;
    try {
      const ear = await readers.open();
      mine.ear = ear;
      ear.onNotification((processId) => {
        if (!isOwn(processId)) notify();
      });
      await ear.execute('LISTEN parts_audit');
      if (session !== mine) ear.destroy();
    } catch {
      // The poll goes on, and tries again.
    } finally {
      mine.isOpening = false;
    }
  }

  async function lookForOthers(mine: NonNullable<typeof session>): Promise<void> {
    void listenToServer(mine);
    try {
      const { epoch, id } = await findEnd();
      const end = `${epoch} ${id}`;
      // The first look tells listeners to read: what they have read may be older than it.
      if (end !== mine.end) notify();
      mine.end = end;
    } catch {
      // The users of the storage hear of the failure when they read.
    }
    if (session === mine) mine.poll = setTimeout(lookForOthers, POLL_INTERVAL, mine).unref();
  }

  function stop(): void {
    clearTimeout(session?.poll);
    session?.ear?.destroy();
    session = undefined;
  }

  return {
    notify,
    listen(listener) {
      // Each call has its own entry, also when one function listens twice.
      const call = () => listener();
      listeners.add(call);
      if (!session) {
        session = {};
        void lookForOthers(session);
      }
      return () => {
        listeners.delete(call);
        if (listeners.size === 0) stop();
      };
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}
