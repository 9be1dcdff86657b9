import { z } from 'zod';
import { PartsError } from './errors.ts';
import { PART_STATUSES, partStatusSchema } from './part-status.ts';

const ALLOWED_STATUSES = PART_STATUSES.map((status) => JSON.stringify(status)).join(', ');

/** What a caller asks for when a status is to change. Members that it does not name are ignored. */
export const statusChangeInputSchema = z.object(
  {
    status: z.enum(partStatusSchema.options, {
      error: ({ input }) =>
        input === undefined
          ? `status is missing; it must be one of ${ALLOWED_STATUSES}`
          : `status must be one of ${ALLOWED_STATUSES}, spelled exactly so`,
    }),
  },
  { error: 'a status change must be an object such as {"status":"Approved"}' },
);

export type StatusChangeInput = Readonly<z.infer<typeof statusChangeInputSchema>>;

/**
 * Turns untrusted input into a status change.
 *
 * @throws PartsError `invalid_status_change`, with a message that names every fault and what is allowed
 */
export function parseStatusChangeInput(input: unknown): StatusChangeInput {
  const result = statusChangeInputSchema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => issue.message).join('; ');
  throw new PartsError('invalid_status_change', faults);
}
