import type { AuditPosition } from './audit-log.ts';
import type { Change, ChangeResult } from './change.ts';
import type { Import, ImportReport } from './import.ts';
import type { ListRange } from './page.ts';
import type { Part } from './part.ts';
import type { PartStatus } from './part-status.ts';

export const MAX_WORDS = 8;

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

  /** Streams that may be read at a time, which the caller has to count. Each holds a snapshot. */
  readonly maxStreams: number;

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
