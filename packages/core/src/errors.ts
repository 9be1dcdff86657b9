/**
 * The failures that a caller has to expect. Anything that is thrown and is not a
 * `PartsError` is a bug or an outage. All but `storage_outcome_unknown` say that nothing was
 * stored.
 *
 * - `invalid_status_change`: the input is not a status change; the message says why.
 * - `part_not_found`: no part has the id.
 * - `version_conflict`: the part has another version than the caller expected;
 *   `currentVersion` tells which.
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
  | 'part_not_found'
  | 'version_conflict'
  | 'idempotency_key_reused'
  | 'cancelled'
  | 'storage_busy'
  | 'storage_overloaded'
  | 'storage_unavailable'
  | 'storage_outcome_unknown';

/** An expected failure. The message is written for the caller and holds nothing internal. */
export class PartsError extends Error {
  override readonly name = 'PartsError';
  /** What to decide by; the message may change. */
  readonly code: PartsErrorCode;
  /** The version that the part has; with `version_conflict` only. */
  readonly currentVersion: number | undefined;

  constructor(
    code: PartsErrorCode,
    message: string,
    options: ErrorOptions & { readonly currentVersion?: number } = {},
  ) {
    super(message, options);
    this.code = code;
    this.currentVersion = options.currentVersion;
  }
}

/** The failure of every operation on a part that does not exist. */
export function partNotFound(): PartsError {
  return new PartsError('part_not_found', 'no part has this id');
}
