import type { Part } from './part.ts';
import type { PartStatus } from './part-status.ts';

/** Tells the time as RFC 3339 in UTC with milliseconds. The outside decides it, so that tests can. */
export type Clock = () => string;

/** The part of an `AbortSignal` that is looked at. */
export interface CancellationSignal {
  readonly aborted: boolean;
}

/** A validated status change on its way to storage. */
export interface StatusChange {
  readonly part_id: number;
  readonly new_status: PartStatus;
  /** Id of the request that asked for it, for the audit entry. */
  readonly request_id: string | null;
  /** RFC 3339, UTC, milliseconds. */
  readonly changed_at: string;
}

/**
 * Storage of parts and their audit. Every method rejects with a `PartsError`
 * `storage_…` when the storage can't serve it.
 */
export interface PartsRepository {
  /** All parts in the order of their ids, as of one moment. */
  listParts(): Promise<readonly Part[]>;

  findPart(id: number): Promise<Part | undefined>;

  /**
   * Sets the status, lets the version grow by 1 and writes the audit entry: all
   * or nothing. The promise is fulfilled only when the change is durable, and a
   * change that rejects has left nothing behind.
   *
   * A signal that is aborted before the transaction begins prevents it
   * (`cancelled`); later it is ignored.
   *
   * @throws PartsError `part_not_found`
   */
  changeStatus(change: StatusChange, signal?: CancellationSignal): Promise<Part>;
}

/** Counts over the whole storage. */
export interface StorageStats {
  readonly parts_count: number;
  readonly audit_count: number;
}

/** What `/debug/*` needs of the storage. */
export interface DebugStorage {
  /**
   * Brings schema and seed back to the state of a new database, ids and counters
   * included. Readers see the state before or the state after, never one between.
   */
  reset(): Promise<void>;

  readStats(): Promise<StorageStats>;
}
