import { z } from 'zod';
import { PartsError } from './errors.ts';
import { PART_STATUSES } from './part-status.ts';

const ALLOWED_STATUSES = PART_STATUSES.map((status) => JSON.stringify(status)).join(', ');

/** Characters that a reason may have. */
const MAX_REASON_LENGTH = 500;

/** What a caller asks for when a status is to change. Members that it does not name are ignored. */
export const statusChangeInputSchema = z.object(
  {
    status: z.enum(PART_STATUSES, {
      error: ({ input }) =>
        input === undefined
          ? `status is missing; it must be one of ${ALLOWED_STATUSES}`
          : `status must be one of ${ALLOWED_STATUSES}, spelled exactly so`,
    }),
    reason: z
      .string({ error: 'reason must be a text' })
      .max(MAX_REASON_LENGTH, { error: `reason may have up to ${MAX_REASON_LENGTH} characters` })
      // Half of a surrogate pair could not be stored as it is.
      .refine((text) => text.isWellFormed(), { error: 'reason must be valid Unicode' })
      // SQL functions and programs in C take it for the end of the text.
      .refine((text) => !text.includes('\0'), { error: 'reason must not contain U+0000' })
      // Some clients write null for what they leave out.
      .nullish(),
  },
  { error: 'a status change must be an object such as {"status":"Approved"}' },
);

/** A status change as its caller asks for it; a reason has up to 500 characters. */
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
