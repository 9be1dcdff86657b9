import type { AuditEntry, EntryKind } from './audit-entry.ts';
import type { AuditPosition } from './audit-position.ts';
import type { Change, ChangeResult } from './change.ts';
import type { Import } from './import.ts';
import type { ImportReport } from './import-report.ts';
import type { Part } from './part.ts';
import type { PartStatus } from './part-status.ts';
import type { StatusCounts } from './status-counts.ts';

/**
 * The ports that a storage engine implements. Every promise rejects with a `PartsError`
 * `storage_…` when the storage can't do its work. `@parts/core/testing` has a contract
 * suite for each port.
 */
export interface Storage {
  readonly parts: PartsRepository;
  readonly audit: AuditLog;
  readonly outboxCursor: OutboxCursor;
  readonly maintenance: Maintenance;
  readonly statistics: Statistics;
  /**
   * Lets one of the servers that share the storage do what several must not do at a time. `begin` is called
   * when this opening becomes the leader, at the latest 10 s after the one before has died, and again whenever
   * it has lost the lead and won it back. What `begin` returns ends its work when the lead is lost. A storage
   * that serves one server calls `begin` at once, and once.
   *
   * @returns a function that gives the lead up for good: it ends the work, then lets another opening lead
   */
  lead(begin: () => EndOfWork): EndOfWork;
  /** Makes what waits durable or rejects it, and lets go of everything. Afterwards every other call rejects. */
  close(): Promise<void>;
}

/** Ends what was begun, and fulfils when it has ended. It must not reject. */
export type EndOfWork = () => Promise<void>;

/** A stretch of a list that is ordered by a number. */
export interface ListRange {
  /** Leaves out everything up to this number, in the direction of the list. Default: nothing is left out. */
  readonly after?: number | undefined;
  /** The largest number of items, from 1. Default: all. */
  readonly limit?: number | undefined;
}

/** Words that a search may have. */
export const MAX_WORDS = 8;

/** A choice of parts. */
export interface PartsFilter {
  /** Only parts that have this status now. Default: all. */
  readonly status?: PartStatus | undefined;
  /** Only parts that were retired, or all. Default: those in use. */
  readonly retired?: boolean | 'any' | undefined;
  /** Only parts that have each of these, up to {@link MAX_WORDS}, in number, name or description; ASCII case does not count. */
  readonly words?: readonly string[] | undefined;
  /** Only parts that have one of these numbers; ASCII case does not count. */
  readonly partNumbers?: readonly string[] | undefined;
}

/** A choice of parts, in the order of their ids. */
export interface PartsQuery extends ListRange, PartsFilter {}

/** A choice of audit entries. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly kind?: EntryKind | undefined;
  /** Only entries from this time on, RFC 3339, UTC, milliseconds. */
  readonly since?: string | undefined;
  /** Only entries from before this time. */
  readonly until?: string | undefined;
}

/** The part of an `AbortSignal` that is looked at. */
export interface CancellationSignal {
  readonly aborted: boolean;
}

/** Parts, and the place in the audit behind the last change that they show. */
export interface PartsAtPosition {
  readonly parts: readonly Part[];
  readonly position: AuditPosition;
}

/** Parts, and the only way to change them. */
export interface PartsRepository {
  /** Undefined when no part has the id. */
  find(id: number): Promise<Part | undefined>;

  /**
   * Parts in the order of their ids; `after` is an id. They are as of one moment, but for a search by
   * words, which looks at a few thousand parts at a time.
   */
  list(query: PartsQuery): Promise<readonly Part[]>;

  /**
   * The same with the position of the audit, as of one moment. A list of equal query and position
   * is the same list: every change moves the position. Of a search by words the position is that of
   * its beginning.
   */
  listWithPosition(query: PartsQuery): Promise<PartsAtPosition>;

  /**
   * All parts in the order of their ids, in batches of at least one, as of the moment in which
   * the first batch is asked for. Memory holds one batch, however many parts there are.
   */
  stream(filter: PartsFilter): AsyncIterable<readonly Part[]>;

  /**
   * Makes a change as `decideChange` or `decideCreation` decides it: the part, its audit entry and, when there is a
   * key, the idempotency record, all or nothing. The promise fulfils only when all of it is
   * durable; a change that rejects has left nothing behind, except for `storage_outcome_unknown`.
   *
   * A part number that another part has, in any ASCII case, is refused (`part_number_taken`). A
   * creation gets the next id; a number behind a prefix is chosen in the same transaction.
   *
   * A key that came before with the same fingerprint brings the result of then and writes
   * nothing, whatever has become of the part since. The key is looked at first, then the part.
   *
   * A signal that is aborted before the transaction begins prevents the change (`cancelled`);
   * later it is ignored.
   *
   * @throws PartsError whatever `decideChange` and `checkRetry` throw, `part_number_taken`, `cancelled`
   */
  change(change: Change, signal?: CancellationSignal): Promise<ChangeResult>;

  /**
   * Makes the creations and edits of an import as `decideImport` decides them, all or nothing, and
   * as {@link change} makes one. A dry run writes nothing.
   *
   * @throws PartsError `invalid_import`, `cancelled`
   */
  import(batch: Import, signal?: CancellationSignal): Promise<ImportReport>;
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

/** The place of the outbox relay, kept over restarts. There is one for the whole storage. */
export interface OutboxCursor {
  /** The place that was saved last; before the first entry when that is none of this history. */
  load(): Promise<AuditPosition>;
  /** Does nothing when the epoch has ended meanwhile. A place in this history never goes back. */
  save(position: AuditPosition): Promise<void>;
}

/** What operators and tests need. */
export interface Maintenance {
  /**
   * Brings schema and seed back to the state of a new database, ids and counters included, in a
   * new epoch. Readers see the state before or the state after, never one between.
   */
  reset(): Promise<void>;

  /**
   * Fulfils when a change could be stored now, as far as can be told without storing one; rejects
   * with the error that a change would get. It waits its turn among the changes.
   */
  checkWritable(): Promise<void>;
}

/** Numbers about the storage. */
export interface Statistics {
  /** Counts what is committed. */
  count(): Promise<StorageCounts>;
  /** Counts the parts in use by their status, as of one moment. */
  countByStatus(): Promise<StatusCounts>;
  /** What this opening has committed so far. */
  readCommits(): CommitCounts;
}

/** What a storage holds. */
export interface StorageCounts {
  readonly parts: number;
  /** Audit entries of all parts. */
  readonly auditEntries: number;
}

/** How writes shared transactions. */
export interface CommitCounts {
  /** Transactions that were committed. */
  readonly commits: number;
  /** Writes in them: one or more in each. */
  readonly jobs: number;
}
