import type { AuditLog, AuditPosition } from './audit-log.ts';
import type { PartsRepository } from './parts-repository.ts';
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

export interface StorageCounts {
  readonly parts: number;
  /** Audit entries of all parts. */
  readonly auditEntries: number;
}

export interface CommitCounts {
  /** Transactions that were committed. */
  readonly commits: number;
  /** Writes in them: one or more in each. */
  readonly jobs: number;
}
