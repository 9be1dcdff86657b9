import type { AuditPosition } from '@parts/core';
import { type CommitSignal, createCommitListeners } from '../commit-listeners.ts';
import type { Connection } from './connection.ts';
import type { Readers } from './readers.ts';

/** How often the commits of other servers are looked for while somebody listens, in milliseconds. */
const POLL_INTERVAL = 200;

/** The time in which somebody listens. */
interface Session {
  poll?: NodeJS.Timeout;
  end?: string;
  ear?: Connection;
  isOpening?: boolean;
  isOver?: boolean;
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
): CommitSignal & { clear(): void } {
  const signal = createCommitListeners(() => {
    const session: Session = {};
    void lookForOthers(session);
    return () => {
      session.isOver = true;
      clearTimeout(session.poll);
      session.ear?.destroy();
    };
  });

  async function listenToServer(session: Session): Promise<void> {
    if (session.isOpening || (session.ear && !session.ear.isLost)) return;
    session.isOpening = true;
    try {
      const ear = await readers.open();
      session.ear = ear;
      ear.onNotification((processId) => {
        if (!isOwn(processId)) signal.notify();
      });
      await ear.execute('LISTEN parts_audit');
      if (session.isOver) ear.destroy();
    } catch {
      // The poll goes on, and tries again.
    } finally {
      session.isOpening = false;
    }
  }

  async function lookForOthers(session: Session): Promise<void> {
    void listenToServer(session);
    try {
      const { epoch, id } = await findEnd();
      const end = `${epoch} ${id}`;
      // The first look tells listeners to read: what they have read may be older than it.
      if (end !== session.end) signal.notify();
      session.end = end;
    } catch {
      // The users of the storage hear of the failure when they read.
    }
    if (session.isOver) return;
    session.poll = setTimeout(lookForOthers, POLL_INTERVAL, session).unref();
  }

  return signal;
}
