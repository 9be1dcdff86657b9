/**
 * The failures that a caller has to expect. Anything that is thrown and is not a
 * `PartsError` is a bug or an outage.
 *
 * - `invalid_status_change`: the input is not a status change; the message says why.
 * - `part_not_found`: no part has the id.
 * - `cancelled`: the caller gave up before the change was begun; nothing was written.
 * - `storage_busy`: another process kept the storage locked for too long; nothing was written.
 * - `storage_overloaded`: too many changes are waiting already; nothing was written.
 * - `storage_unavailable`: the storage can't do its work now (disk full, I/O error, …);
 *   nothing was written. The `cause` is for the log.
 */
export type PartsErrorCode =
  | 'invalid_status_change'
  | 'part_not_found'
  | 'cancelled'
  | 'storage_busy'
  | 'storage_overloaded'
  | 'storage_unavailable';

/** An expected failure. The message is written for the caller and holds nothing internal. */
export class PartsError extends Error {
  override readonly name = 'PartsError';
  readonly code: PartsErrorCode;

  constructor(code: PartsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The failure of every operation on a part that does not exist. */
export function partNotFound(): PartsError {
  return new PartsError('part_not_found', 'no part has this id');
}
