import type { AuditEntry } from './audit-entry.ts';
import type { AuditLog, AuditPosition } from './audit-log.ts';
import type { OutboxCursor } from './storage.ts';

/** Entries that may be delivered before the cursor is saved: as many may be delivered again after a crash. */
const SAVE_INTERVAL = 20;

/** Why an entry was given up: its receiver does not want it, or its delivery failed for too long. */
export type DropReason = 'refused' | 'expired';

/** What {@link startOutboxRelay} follows, and what it does with each entry. */
export interface OutboxRelayOptions {
  readonly audit: Pick<AuditLog, 'findEnd' | 'readAfter' | 'onCommit'>;
  /** Keeps the position for the next start. */
  readonly cursor: OutboxCursor;
  /**
   * Delivers an entry. It is called for each committed entry in order, at least once: again when
   * it rejects, and perhaps again after a crash. `refused` says that no later try can succeed.
   */
  readonly deliver: (
    entry: AuditEntry,
    position: AuditPosition,
  ) => Promise<'delivered' | 'refused'>;
  /** Waits before the next try, after so many failures in a row: 1, 2, 3, … It must not reject. */
  readonly pause: (failures: number, lastError: unknown) => Promise<void>;
  /** Milliseconds since any moment; it never goes back. */
  readonly now: () => number;
  /** Milliseconds between the first and the last failure of one entry. A restart begins anew. */
  readonly giveUpAfter: number;
  /** Hears of each entry that is given up. */
  readonly onDrop: (entry: AuditEntry, reason: DropReason, lastError?: unknown) => void;
}

/** How far the relay has come, as the statistics show it. */
export interface OutboxProgress {
  /** Entries since the last reset that need no further delivery, dropped ones included. */
  readonly events_processed: number;
  /** Entries that are committed and wait for their delivery. */
  readonly events_pending: number;
  /** Entries that were given up since the start of the process or the last reset. */
  readonly events_dropped: number;
}

/** The background work that {@link startOutboxRelay} began. */
export interface OutboxRelay {
  /** Rejects with a `PartsError` `storage_…` when the storage can't tell. */
  readProgress(): Promise<OutboxProgress>;
  /**
   * Ends the current try and saves the position; the rest goes on after the next start. Rejects
   * when the position can't be saved: up to 20 entries are then delivered again.
   */
  stop(): Promise<void>;
}

/**
 * Delivers status changes in the background. The audit is the outbox: nothing is queued in
 * memory, and a change never waits for its delivery. While the cursor can't be saved, the
 * delivery pauses, so that the number of repetitions stays bounded.
 */
export function startOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { audit, cursor, deliver, pause, now, giveUpAfter, onDrop } = options;
  const stopping = Promise.withResolvers<void>();
  let isStopping = false;
  let position: AuditPosition | undefined;
  let unsaved = 0;
  let dropped = 0;
  /** Of all steps in a row, whatever failed. */
  let failures = 0;
  let failing: (AuditPosition & { readonly since: number }) | undefined;
  let wake = Promise.withResolvers<void>();
  const stopListening = audit.onCommit(() => wake.resolve());
  const finished = run();

  async function run(): Promise<void> {
    while (!isStopping) {
      // Before the audit is read: a commit during the reading must not be missed.
      wake = Promise.withResolvers();
      try {
        const isIdle = await relayNext();
        failures = 0;
        if (isIdle) await wake.promise;
      } catch (error) {
        failures += 1;
        await Promise.race([pause(failures, error), stopping.promise]);
      }
    }
  }

  /** @returns whether there was nothing to deliver */
  async function relayNext(): Promise<boolean> {
    position ??= await cursor.load();
    // A receiver may fail for hours, so what came before is saved first.
    if (unsaved >= SAVE_INTERVAL || failures > 0) await save();
    // One at a time: an entry that a reset removes meanwhile must not be delivered.
    const next = await audit.readAfter(position, 1);
    const [entry] = next.entries;
    if (next.isReset) dropped = 0;
    if (entry) {
      const reason = await deliverOnce(entry, next.position);
      if (reason) dropped += 1;
      unsaved += 1;
    }
    position = next.position;
    if (!entry) await save();
    return !entry;
  }

  /**
   * @returns why the entry was given up, if it was
   * @throws whatever `deliver` rejects with, while another try may follow
   */
  async function deliverOnce(entry: AuditEntry, at: AuditPosition) {
    try {
      if ((await deliver(entry, at)) === 'delivered') return undefined;
      onDrop(entry, 'refused');
      return 'refused';
    } catch (error) {
      const isSame = failing?.id === at.id && failing.epoch === at.epoch;
      if (!failing || !isSame) failing = { ...at, since: now() };
      if (now() - failing.since < giveUpAfter) throw error;
      onDrop(entry, 'expired', error);
      return 'expired';
    }
  }

  async function save(): Promise<void> {
    if (position === undefined || unsaved === 0) return;
    await cursor.save(position);
    unsaved = 0;
  }

  return {
    readProgress: () => readOutboxProgress(options, position, dropped),

    async stop() {
      isStopping = true;
      stopping.resolve();
      wake.resolve();
      await finished;
      stopListening();
      await save();
    },
  };
}

/**
 * How far the relay of this or another server has come.
 *
 * @param position of the relay of this server. Default: the one that was saved last
 */
export async function readOutboxProgress(
  { audit, cursor }: Pick<OutboxRelayOptions, 'audit' | 'cursor'>,
  position?: AuditPosition,
  dropped = 0,
): Promise<OutboxProgress> {
  const { epoch, id } = position ?? (await cursor.load());
  const end = await audit.findEnd();
  const isCurrent = epoch === end.epoch && id <= end.id;
  return {
    events_processed: isCurrent ? id : 0,
    events_pending: isCurrent ? end.id - id : end.id,
    events_dropped: isCurrent ? dropped : 0,
  };
}
