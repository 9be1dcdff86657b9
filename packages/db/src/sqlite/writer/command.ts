import type { AuditPosition, Change, ChangeResult } from '@parts/core';
import type { ErrorData } from './error-data.ts';

/** A write as plain data, as it crosses to the thread that writes. */
export type WriteCommand =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'save_cursor'; readonly position: AuditPosition }
  | { readonly kind: 'reset' }
  /** Finds out whether a change could be stored. */
  | { readonly kind: 'check' };

/** What became of a command: its result, or why nothing was written. Only a change has a result. */
export type WriteOutcome =
  | { readonly result: ChangeResult | undefined }
  | { readonly error: ErrorData };

/** What became of a group. */
export interface GroupOutcome {
  /** In the order of the commands. */
  readonly outcomes: readonly WriteOutcome[];
  /** Transactions that were committed. */
  readonly commits: number;
  /** Commands that ran in them. */
  readonly jobs: number;
}
