import { z } from 'zod';

/**
 * The review statuses, in the order of a usual review. This is the only list:
 * the schema, the validation, the API document and the seed derive from it.
 * Any status may follow any other, and itself.
 */
export const PART_STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'] as const;

/** Takes the statuses spelled exactly so, and nothing else. */
export const partStatusSchema = z.enum(PART_STATUSES);
export type PartStatus = z.infer<typeof partStatusSchema>;
