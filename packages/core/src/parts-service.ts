import type { AuditEntry } from './audit-entry.ts';
import type { AuditFilter, AuditPosition } from './audit-log.ts';
import type { ChangeResult } from './change.ts';
import type { ChangeContext } from './change-context.ts';
import type { ImportMode, ImportReport } from './import.ts';
import type { RawRow } from './import-input.ts';
import type { ListRange, Page } from './page.ts';
import type { Part } from './part.ts';
import type { Outlook } from './part-actions.ts';
import type { PartsFilter, PartsQuery } from './parts-repository.ts';

/** A page of parts, and the place in the audit behind the last change that it shows. */
export interface PartsPage extends Page<Part> {
  readonly position: AuditPosition;
}

export interface ImportOptions {
  readonly existing: ImportMode;
  /** True: nothing is written, and the report says what would be. */
  readonly dryRun: boolean;
}

/** The use cases around parts. Each rejects with a `PartsError` `storage_…` when the storage can't serve it. */
export interface PartsService {
  /** Parts in the order of their ids; `next` is an id. */
  listParts(query?: PartsQuery): Promise<PartsPage>;

  /** The position that a list would have now: one of equal query and position is the same list. */
  findPosition(): Promise<AuditPosition>;

  /** All parts in the order of their ids, in batches, as of one moment: for lists too large for memory. */
  streamParts(filter?: PartsFilter): AsyncIterable<readonly Part[]>;

  /** Streams of the storage that may be read at a time, which the caller has to count. */
  readonly maxStreams: number;

  /** @throws PartsError `part_not_found`, also for a number that can't be an id (0, 1.5, NaN) */
  getPart(id: number): Promise<Part>;

  /**
   * The part, and what would become of each action on it as it is in this version.
   *
   * @param actor the name behind the token; null where tokens have no names
   * @throws PartsError `part_not_found`
   */
  foreseeActions(
    id: number,
    actor: string | null,
  ): Promise<{ readonly part: Part; readonly outlooks: readonly Outlook[] }>;

  /**
   * Changes the status of a part and records the change, both or neither. Any
   * status may follow any, the same one included: each call adds one audit entry.
   *
   * `input` may come from anywhere; it is validated first, so bad input is
   * reported even where the part does not exist.
   *
   * @throws PartsError `invalid_status_change`, `cancelled`, and what `decideChange` and `checkRetry` throw
   */
  changeStatus(id: number, input: unknown, context?: ChangeContext): Promise<ChangeResult>;

  /**
   * Creates a part as a draft in version 1.
   *
   * @throws PartsError `invalid_part`, `part_number_taken`, `cancelled`
   */
  createPart(input: unknown, context?: ChangeContext): Promise<Part>;

  /**
   * Edits a part, which ends its approval, or retires it or brings it back. What differs in nothing
   * is no change.
   *
   * @throws PartsError `invalid_part`, `part_number_taken`, `cancelled`, and what `decideChange` and
   *   `checkRetry` throw
   */
  editPart(id: number, input: unknown, context?: ChangeContext): Promise<ChangeResult>;

  /**
   * Creates and edits parts, all or nothing. Each part that changes gets one version and one audit entry;
   * a row that differs in nothing is no change.
   *
   * @throws PartsError `invalid_import`, `cancelled`
   */
  importParts(
    rows: AsyncIterable<RawRow>,
    options: ImportOptions,
    context?: ChangeContext,
  ): Promise<ImportReport>;

  /**
   * The part as it was in a version.
   *
   * @throws PartsError `part_not_found`, also for a version that the part does not have yet
   */
  getVersion(id: number, version: number): Promise<Part>;

  /**
   * The audit entries of a part in the order of their versions, newest first; `next` is a version.
   *
   * @throws PartsError `part_not_found`
   */
  listPartAudit(id: number, range?: ListRange): Promise<Page<AuditEntry>>;

  /** The audit entries of all parts in the order of their ids, oldest first; `next` is an id. */
  listAudit(range?: ListRange & AuditFilter): Promise<Page<AuditEntry>>;
}
