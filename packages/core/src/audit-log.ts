import type { AuditEntry, EntryKind } from './audit-entry.ts';
import type { ListRange } from './page.ts';

/**
 * A place in the audit. The epoch changes with each reset, so that ids from before and
 * after one can't be taken for each other.
 */
export interface AuditPosition {
  /** 1 to 32 lowercase hexadecimal digits, without a meaning. */
  readonly epoch: string;
  /** Id of the last entry before this place; 0 at the start. */
  readonly id: number;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly kind?: EntryKind | undefined;
  /** Only entries from this time on, RFC 3339, UTC, milliseconds. */
  readonly since?: string | undefined;
  /** Only entries from before this time. */
  readonly until?: string | undefined;
}

/** The audit entries, to list and to follow. Ids count from 1 in the order of the commits, without gaps. */
export interface AuditLog {
  /** The entries of all parts in the order of their ids, oldest first; `after` is an id. */
  list(range: ListRange & AuditFilter): Promise<readonly AuditEntry[]>;

  /**
   * The entries of a part in the order of their versions, newest first; `after` is a version, and
   * the entries have lower ones. None for an unknown part.
   */
  listOfPart(partId: number, range: ListRange): Promise<readonly AuditEntry[]>;

  /** The place behind the last entry. */
  findEnd(): Promise<AuditPosition>;

  /** Up to `limit` entries after a place, oldest first, as of one moment. */
  readAfter(position: AuditPosition, limit: number): Promise<AuditBatch>;

  /**
   * Calls the listener soon after each commit that added entries, and after each reset,
   * whichever process made them. Several commits may share one call.
   *
   * @returns a function that ends it
   */
  onCommit(listener: () => void): () => void;
}

/** Consecutive entries of the audit. */
export interface AuditBatch {
  readonly entries: readonly AuditEntry[];
  /** The place behind the last of them. */
  readonly position: AuditPosition;
  /**
   * True when the place that was asked for is not one of this history: it is of another epoch, or
   * beyond the end, as after a restored backup. The entries are then those from the start.
   */
  readonly isReset: boolean;
}
