import type { AuditEntry } from './audit-entry.ts';
import type { AuditPosition, AuditTail, EventCursor } from './ports.ts';

/** Entries that are handled before the cursor is saved: as many may be handled again after a crash. */
const SAVE_INTERVAL = 20;

/** What {@link startEventProcessor} follows, and what it does with it. */
export interface EventProcessorOptions {
  /** The audit to follow. */
  readonly tail: AuditTail;
  /** Keeps the place for the next start. */
  readonly cursor: EventCursor;
  /**
   * Does what has to be done for an entry. It is called for each committed entry in
   * order, at least once: again when it rejects, and perhaps again after a crash.
   */
  readonly handle: (entry: AuditEntry, position: AuditPosition) => Promise<void>;
  /** Waits before the next try, after so many failures in a row: 1, 2, 3, … It must not reject. */
  readonly pause: (failures: number, lastError: unknown) => Promise<void>;
}

/** How far the handling has come, as it is shown in the statistics. */
export interface EventProgress {
  /** Entries that were handled since the last reset. */
  readonly events_processed: number;
  /** Entries that are committed and wait to be handled. */
  readonly events_pending: number;
}

/** The background work that {@link startEventProcessor} began. */
export interface EventProcessor {
  /** Rejects with a `PartsError` `storage_…` when the storage can't tell. */
  readProgress(): Promise<EventProgress>;
  /** Lets the entry in hand be finished and keeps the place; the rest goes on after the next start. */
  stop(): Promise<void>;
}

/**
 * Handles status changes in the background. The audit is the outbox: nothing is queued
 * in memory, and a change never waits for its handling.
 */
export function startEventProcessor(options: EventProcessorOptions): EventProcessor {
  const { tail, cursor, handle, pause } = options;
  const stopping = Promise.withResolvers<void>();
  let isStopping = false;
  let position: AuditPosition | undefined;
  let failures = 0;
  let wake = Promise.withResolvers<void>();
  const stopListening = tail.onCommit(() => wake.resolve());
  const finished = run();

  async function run(): Promise<void> {
    while (!isStopping) {
      // Before the audit is read: a commit during the reading must not be missed.
      wake = Promise.withResolvers();
      try {
        if ((await handleSome()) === 0) await Promise.race([wake.promise, stopping.promise]);
      } catch (error) {
        failures += 1;
        await Promise.race([pause(failures, error), stopping.promise]);
      }
    }
  }

  async function handleSome(): Promise<number> {
    let place = position ?? (await cursor.load());
    let handled = 0;
    try {
      while (handled < SAVE_INTERVAL && !isStopping) {
        // One at a time: an entry that a reset removes meanwhile must not be handled.
        const next = await tail.readAfter(place, 1);
        const [entry] = next.entries;
        if (entry) await handle(entry, next.position);
        place = next.position;
        position = place;
        if (!entry) break;
        failures = 0;
        handled += 1;
      }
    } finally {
      if (handled > 0) await cursor.save(place);
    }
    return handled;
  }

  return {
    async readProgress() {
      const { generation, id } = position ?? (await cursor.load());
      const end = await tail.findEnd();
      const processed = generation === end.generation ? id : 0;
      return { events_processed: processed, events_pending: end.id - processed };
    },

    async stop() {
      isStopping = true;
      stopping.resolve();
      await finished;
      stopListening();
    },
  };
}
