import type { AuditEntry } from './audit-entry.ts';
import type { Part } from './part.ts';
import type { PartStatus } from './part-status.ts';
import type { StatusChange, StatusChangeResult } from './status-change.ts';

/** Tells the time as RFC 3339 in UTC with milliseconds. The outside decides it, so that tests can. */
export type Clock = () => string;

/** The part of an `AbortSignal` that is looked at. */
export interface CancellationSignal {
  readonly aborted: boolean;
}

/** A stretch of a list that is ordered by a number. */
export interface ListRange {
  /** Leaves out everything up to this number, in the direction of the list. Default: nothing is left out. */
  readonly after?: number | undefined;
  /** The largest number of items, from 1. Default: all. */
  readonly limit?: number | undefined;
}

/** Which parts. */
export interface PartsFilter {
  /** Only parts that have this status now. Default: all. */
  readonly status?: PartStatus | undefined;
}

/** Which parts, in the order of their ids. */
export interface PartsQuery extends ListRange, PartsFilter {}

/**
 * Storage of parts and their audit. Every method rejects with a `PartsError`
 * `storage_…` when the storage can't serve it.
 */
export interface PartsRepository {
  /** Parts in the order of their ids, as of one moment; `after` is an id. */
  listParts(query: PartsQuery): Promise<readonly Part[]>;

  /**
   * All parts in the order of their ids, in stretches of at least one, as of the moment in
   * which the first is asked for. However many there are, memory holds one stretch.
   */
  walkParts(filter: PartsFilter): AsyncIterable<readonly Part[]>;

  /** Undefined when no part has the id. */
  findPart(id: number): Promise<Part | undefined>;

  /**
   * Writes what `decideChange` says, part and audit entry, and, when there is a key, the
   * idempotency record: all or nothing. The promise is fulfilled
   * only when all of it is durable; a change that rejects has left nothing behind, unless the
   * error is `storage_outcome_unknown`.
   *
   * A key that came before with the same fingerprint brings the result of then and
   * writes nothing, whatever has become of the part. This is looked at first, then
   * whether the part exists, then its version.
   *
   * A signal that is aborted before the transaction begins prevents it
   * (`cancelled`); later it is ignored.
   *
   * @throws PartsError `part_not_found`, `version_conflict`, `idempotency_key_reused`, `cancelled`
   */
  changeStatus(change: StatusChange, signal?: CancellationSignal): Promise<StatusChangeResult>;

  /**
   * The audit entries of a part in the order of their versions, newest first; `after` is
   * a version, and the entries have lower ones. None for an unknown part.
   */
  listPartAudit(partId: number, range: ListRange): Promise<readonly AuditEntry[]>;

  /** The audit entries of all parts in the order of their ids, oldest first; `after` is an id. */
  listAudit(range: ListRange): Promise<readonly AuditEntry[]>;
}

/** Counts over the whole storage. */
export interface StorageStats {
  readonly parts_count: number;
  /** Audit entries of all parts. */
  readonly audit_count: number;
}

/**
 * What tests and a look inside need of the storage. Every method rejects with a `PartsError`
 * `storage_…` when the storage can't serve it.
 */
export interface DebugStorage {
  /**
   * Brings schema and seed back to the state of a new database, ids and counters
   * included. Readers see the state before or the state after, never one between.
   */
  reset(): Promise<void>;

  /** Counts what is committed. */
  readStats(): Promise<StorageStats>;

  /**
   * Fulfils when a change could be stored now, as far as can be told without storing one; rejects
   * with the error that a change would get. It waits its turn among the changes, and while
   * changes succeed it writes nothing.
   */
  checkWritable(): Promise<void>;
}

/**
 * A place in the audit. The generation changes with each reset, so that ids from
 * before and after one can't be taken for each other.
 */
export interface AuditPosition {
  /** 1 to 32 lowercase hexadecimal digits, without a meaning. */
  readonly generation: string;
  /** Id of the last entry that was seen; 0 before the first. */
  readonly id: number;
}

/**
 * The audit as something to follow. Every method that returns a promise rejects with a
 * `PartsError` `storage_…` when the storage can't serve it.
 */
export interface AuditTail {
  /** The place behind the last entry. */
  findEnd(): Promise<AuditPosition>;

  /**
   * Up to `limit` entries after a place, oldest first, and the place behind them, as of
   * one moment. When the place is not one of this history, the entries are those from the
   * start and `isReset` is true: it is from before a reset, or beyond the end, as after the
   * return to a backup.
   */
  readAfter(
    position: AuditPosition,
    limit: number,
  ): Promise<{
    readonly entries: readonly AuditEntry[];
    readonly position: AuditPosition;
    readonly isReset: boolean;
  }>;

  /**
   * Calls the listener soon after each commit that added entries, and after each reset,
   * whichever process made them. Several commits may share one call.
   *
   * @returns a function that ends it
   */
  onCommit(listener: () => void): () => void;
}

/**
 * Where a reader that must miss nothing keeps its place, over restarts. Both methods reject
 * with a `PartsError` `storage_…` when the storage can't serve them.
 */
export interface EventCursor {
  /** The place that was saved last; before the first entry when that is none of this history. */
  load(): Promise<AuditPosition>;
  /** Does nothing when the audit was reset meanwhile. A place in this history never goes back. */
  save(position: AuditPosition): Promise<void>;
}
