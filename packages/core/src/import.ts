import type { PartContent } from './change.ts';
import type { PartStatus } from './part-status.ts';

/** Rows that one import may have. */
export const MAX_IMPORT_ROWS = 5000;

/** What becomes of a row whose number a part has already. */
export const IMPORT_MODES = ['fail', 'skip', 'update'] as const;

/** One of {@link IMPORT_MODES}: the import is refused, the part is left as it is, or it is edited. */
export type ImportMode = (typeof IMPORT_MODES)[number];

/** A row that was parsed. Its number says which part it is about. */
export interface ImportRow {
  /** Where the row begins in its source, from 1; for messages. */
  readonly line: number;
  readonly part_number: string;
  readonly content: Partial<Omit<PartContent, 'part_number'>>;
  readonly reason: string | null;
  /** The part is edited only when it has this version; null: any. */
  readonly version: number | null;
  /** What the row says of the status, which an import does not change; null when it says nothing. */
  readonly status: PartStatus | null;
}

/** Creations and edits that are made together or not at all: plain JSON values, as a `Change` is. */
export interface Import {
  /** Each has another number. */
  readonly rows: readonly ImportRow[];
  readonly existing: ImportMode;
  /** True: nothing is written, and the report says what would be. */
  readonly dryRun: boolean;
  /** True: each edit needs a reason. */
  readonly isReasonRequired: boolean;
  readonly actor: string | null;
  readonly requestId: string | null;
  /** RFC 3339, UTC, milliseconds. */
  readonly changedAt: string;
}
