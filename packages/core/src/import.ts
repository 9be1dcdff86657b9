import { z } from 'zod';
import { auditEntrySchema } from './audit-entry.ts';
import type { PartContent } from './change.ts';
import type { PartStatus } from './part-status.ts';

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

const rowReportSchema = z.object({
  line: z.int().positive(),
  part_number: z.string(),
  result: z.enum(['created', 'updated']),
  changes: auditEntrySchema.shape.changes,
  approval_ended: z.boolean(),
});

/** What an import did, in the one shape that it has in code and on the wire; see {@link ImportReport}. */
export const importReportSchema = z.object({
  dry_run: z.boolean(),
  created: z.int().min(0),
  updated: z.int().min(0),
  unchanged: z.int().min(0),
  approvals_ended: z.int().min(0),
  rows: z.array(rowReportSchema),
});

/** What an import did, or would do. `rows` has those that are not unchanged. */
export type ImportReport = Readonly<z.infer<typeof importReportSchema>>;
export type RowReport = Readonly<z.infer<typeof rowReportSchema>>;
