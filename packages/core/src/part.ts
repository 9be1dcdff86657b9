import { z } from 'zod';
import { partStatusSchema } from './part-status.ts';

/**
 * A part, in the one shape that it has in storage, in code and on the wire.
 *
 * `version` starts at 1 and grows by exactly 1 with each change. Times are RFC 3339 in UTC with
 * milliseconds, so they sort as text. `retired_at` is null for a part that is in use.
 */
export const partSchema = z.object({
  id: z.int().positive(),
  part_number: z.string(),
  name: z.string(),
  description: z.string(),
  status: partStatusSchema,
  version: z.int().positive(),
  created_at: z.iso.datetime({ precision: 3 }),
  updated_at: z.iso.datetime({ precision: 3 }),
  retired_at: z.iso.datetime({ precision: 3 }).nullable(),
});

/** A part at one version; it is never altered, a change brings a new one. */
export type Part = Readonly<z.infer<typeof partSchema>>;

/** True for a number that could be the id of a part: an integer from 1 to 2^53 - 1. */
export function isPartId(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
