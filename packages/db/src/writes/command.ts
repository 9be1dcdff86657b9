import type {
  AuditEntry,
  AuditPosition,
  Change,
  ChangeResult,
  Import,
  ImportReport,
} from '@parts/core';

/** A write as plain data, which can cross to a thread. */
export type WriteCommand =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'import'; readonly batch: Import }
  | { readonly kind: 'save_cursor'; readonly position: AuditPosition }
  | { readonly kind: 'reset' }
  /** Writes entries of another storage behind those that are there, and takes over its epoch. */
  | { readonly kind: 'replay'; readonly epoch: string; readonly entries: readonly AuditEntry[] }
  /** Finds out whether a change could be stored. */
  | { readonly kind: 'check' };

/** The result of a change, the report of an import; other commands have none. */
export type WriteResult = ChangeResult | ImportReport | undefined;

/** What became of a command: its result, or why nothing was written. */
export type WriteOutcome<Failure = unknown> =
  | { readonly result: WriteResult }
  | { readonly error: Failure };

export interface GroupOutcome<Failure = unknown> {
  /** In the order of the commands. */
  readonly outcomes: readonly WriteOutcome<Failure>[];
  /** Transactions that were committed. */
  readonly commits: number;
  /** Commands that ran in them. */
  readonly jobs: number;
}
