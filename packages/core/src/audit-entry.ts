import { z } from 'zod';
import { partStatusSchema } from './part-status.ts';

/**
 * The record of one status change. It is written in the same transaction as the
 * change and never altered. `version` is the version that the part got by it, so
 * the entries of a part form a chain without gaps: 2, 3, 4, …
 */
export const auditEntrySchema = z.object({
  id: z.int().positive(),
  part_id: z.int().positive(),
  old_status: partStatusSchema,
  new_status: partStatusSchema,
  version: z.int().min(2),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
  changed_at: z.iso.datetime({ precision: 3 }),
});

/**
 * One entry of the audit. `id` counts from 1 over all parts in the order of the commits,
 * without gaps; `reason` and `request_id` are null when they were not given.
 */
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;
