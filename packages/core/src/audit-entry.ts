import { z } from 'zod';
import { partStatusSchema } from './part-status.ts';

export const ENTRY_KINDS = [
  'status_changed',
  'part_created',
  'part_edited',
  'part_retired',
  'part_restored',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/**
 * The record of one change of a part. It is written in the same transaction as the change and
 * never altered. `version` is the version that the part got by it, so the entries of a part form
 * a chain without gaps. The parts of the seed have no entry for their version 1.
 */
export const auditEntrySchema = z.object({
  id: z.int().positive(),
  part_id: z.int().positive(),
  kind: z.enum(ENTRY_KINDS),
  old_status: partStatusSchema.nullable(),
  new_status: partStatusSchema,
  version: z.int().positive(),
  changes: z.record(z.string(), z.tuple([z.string().nullable(), z.string().nullable()])).nullable(),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
  changed_at: z.iso.datetime({ precision: 3 }),
});

/**
 * One entry of the audit. `id` counts from 1 over all parts in the order of the commits, without
 * gaps. `old_status` is null for a creation. `changes` has the fields of the part that changed, each
 * with its old and its new value; null when only the status did. `actor` is the name behind the
 * token, null where tokens have no names; `reason` and `request_id` are null when not given.
 */
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;
