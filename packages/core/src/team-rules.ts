import { PartsError, type PartsErrorCode } from './errors.ts';
import { PART_STATUSES } from './part-status.ts';

/** How an approval is reached: by anybody, or by somebody else than those whose work it is. */
export const APPROVAL_RULES = ['open', 'four-eyes'] as const;
export type ApprovalRule = (typeof APPROVAL_RULES)[number];

/** The changes that can demand a reason: one to a status, an edit, a retirement. */
export const REASONED_CHANGES = [...PART_STATUSES, 'edit', 'retire'] as const;
export type ReasonedChange = (typeof REASONED_CHANGES)[number];

/** The rules of a team, beside those that always hold. */
export interface Rules {
  readonly approval: ApprovalRule;
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
