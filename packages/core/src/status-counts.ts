import { z } from 'zod';
import { PART_STATUSES, type PartStatus, partStatusSchema } from './part-status.ts';

const statusCountsSchema = z.record(partStatusSchema, z.int().min(0));

/** The number of parts in use that have a status. */
export type StatusCounts = Readonly<z.infer<typeof statusCountsSchema>>;

/** @param counts of some statuses; several of one are added */
export function addCounts(
  counts: Iterable<{ readonly status: PartStatus; readonly count: number }>,
): StatusCounts {
  const sums = new Map<PartStatus, number>(PART_STATUSES.map((status) => [status, 0]));
  for (const { status, count } of counts) sums.set(status, (sums.get(status) ?? 0) + count);
  return statusCountsSchema.parse(Object.fromEntries(sums));
}
