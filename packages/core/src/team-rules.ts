import { PartsError, type PartsErrorCode } from './errors.ts';
import type { PartStatus } from './part-status.ts';

/** How an approval is reached: by anybody, or by somebody else than those whose work it is. */
export type ApprovalRule = 'open' | 'four-eyes';

/** A change that can demand a reason: one to a status, an edit, a retirement. */
export type ReasonedChange = PartStatus | 'edit' | 'retire';

/** The rules of a team, beside those that always hold. */
export interface Rules {
  readonly approval: ApprovalRule;
  /** The changes that need a reason. */
  readonly reasonRequired: readonly ReasonedChange[];
  /** What the number of a new part must match as a whole; null: any number. */
  readonly partNumberPattern: RegExp | null;
}

/** The rules that hold unless others are given: none. */
export const NO_RULES: Rules = { approval: 'open', reasonRequired: [], partNumberPattern: null };

/**
 * Demands a reason where the rules do; white space is none.
 *
 * @throws PartsError with the code
 */
export function checkReason(
  { reasonRequired }: Rules,
  change: ReasonedChange,
  reason: string | null | undefined,
  code: PartsErrorCode,
): void {
  if (!reasonRequired.includes(change) || (reason ?? '').trim() !== '') return;
  throw new PartsError(code, `reason is missing; ${JSON.stringify(change)} needs one here`);
}
