import { z } from 'zod';
import { parseInput } from './parse-input.ts';
import { PART_STATUSES } from './part-status.ts';
import { reasonInput } from './text-input.ts';

const ALLOWED_STATUSES = PART_STATUSES.map((status) => JSON.stringify(status)).join(', ');

/** What a caller asks for when a status is to change. Members that it does not name are ignored. */
export const statusChangeInputSchema = z.object(
  {
    status: z.enum(PART_STATUSES, {
      error: ({ input }) =>
        input === undefined
          ? `status is missing; it must be one of ${ALLOWED_STATUSES}`
          : `status must be one of ${ALLOWED_STATUSES}, spelled exactly so`,
    }),
    reason: reasonInput,
  },
  { error: 'a status change must be an object such as {"status":"Approved"}' },
);

/** A status change as its caller asks for it; a reason has up to 500 characters. */
export type StatusChangeInput = Readonly<z.infer<typeof statusChangeInputSchema>>;

/** @throws PartsError `invalid_status_change`, with a message that names every fault and what is allowed */
export function parseStatusChangeInput(input: unknown): StatusChangeInput {
  return parseInput(statusChangeInputSchema, input, 'invalid_status_change');
}
