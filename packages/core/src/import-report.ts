import { z } from 'zod';
import { auditEntrySchema } from './audit-entry.ts';

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
