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
