/**
 * The failures that a caller has to expect. Anything that is thrown and is not a
 * `PartsError` is a bug or an outage. All but `storage_outcome_unknown` say that nothing was
 * stored.
 *
 * - `invalid_status_change`: the input is not a status change; the message says why.
 * - `invalid_part`: the input is not a part, or not an edit of one; the message says why.
 * - `invalid_import`: an import can't be made; `errors` tells where and why.
 * - `part_not_found`: no part has the id.
 * - `version_conflict`: the part has another version than the caller expected;
 *   `currentVersion` tells which.
 * - `part_number_taken`: another part has the number, whatever its case; `partId` tells which.
 * - `part_retired`: a part that was retired does not change until it is restored.
 * - `not_in_review`: the rule "four eyes" lets a part be approved or rejected from In Review only.
 * - `self_approval`: the rule "four eyes" keeps people from approving their own work.
 * - `idempotency_key_reused`: the key came before with another request.
 * - `cancelled`: the caller gave up before the change was begun.
 * - `storage_busy`: another process kept the storage locked for too long.
 * - `storage_overloaded`: too many changes are waiting already.
 * - `storage_unavailable`: the storage can't do its work now (disk full, I/O error, …).
 *   The `cause` is for the log.
 * - `storage_outcome_unknown`: the storage failed in the commit itself, so the change may have
 *   been stored or not; it may also turn out only after a restart. A retry with the same
 *   idempotency key counts once. The `cause` is for the log.
 */
export type PartsErrorCode =
  | 'invalid_status_change'
  | 'invalid_part'
  | 'invalid_import'
  | 'part_not_found'
  | 'version_conflict'
  | 'part_number_taken'
  | 'part_retired'
  | 'not_in_review'
  | 'self_approval'
  | 'idempotency_key_reused'
  | 'cancelled'
  | 'storage_busy'
  | 'storage_overloaded'
  | 'storage_unavailable'
  | 'storage_outcome_unknown';

/** What is wrong with an import, and where. */
export interface ImportError {
  /** In its source, from 1. */
  readonly line: number;
  /** Null when it is the row as a whole. */
  readonly column: string | null;
  readonly detail: string;
}

/** What is known beside the message; `cause` is for the log. */
export interface PartsErrorOptions extends ErrorOptions {
  readonly currentVersion?: number | undefined;
  readonly partId?: number | undefined;
  readonly errors?: readonly ImportError[] | undefined;
}

/** An expected failure. The message is written for the caller and holds nothing internal. */
export class PartsError extends Error {
  override readonly name = 'PartsError';
  /** What to decide by; the message may change. */
  readonly code: PartsErrorCode;
  /** The version that the part has; with `version_conflict` only. */
  readonly currentVersion: number | undefined;
  /** The part that has the number; with `part_number_taken` only. */
  readonly partId: number | undefined;
  /** With `invalid_import` only. */
  readonly errors: readonly ImportError[] | undefined;

  constructor(code: PartsErrorCode, message: string, options: PartsErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.currentVersion = options.currentVersion;
    this.partId = options.partId;
    this.errors = options.errors;
  }
}

export function partNotFound(): PartsError {
  return new PartsError('part_not_found', 'no part has this id');
}

export function partNumberTaken(partNumber: string, partId: number): PartsError {
  return new PartsError('part_number_taken', `part ${partId} has the number ${partNumber}`, {
    partId,
  });
}

/** Errors that a refusal lists; the detail tells how many there are. */
const MAX_LISTED = 100;

/** The failure of an import as a whole. @param errors at least one, in the order of the lines */
export function invalidImport(errors: readonly ImportError[]): PartsError {
  const [first] = errors;
  const listed = errors.slice(0, MAX_LISTED);
  const place = first && `line ${first.line}${first.column === null ? '' : `, ${first.column}`}`;
  const count = errors.length === 1 ? 'one error' : `${errors.length} errors`;
  const detail = `nothing was imported: ${count}; ${place} ${first?.detail}`;
  return new PartsError('invalid_import', detail, { errors: listed });
}
