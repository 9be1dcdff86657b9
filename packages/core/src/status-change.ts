import { z } from 'zod';
import { PartsError } from './errors.ts';
import type { Part } from './part.ts';
import { PART_STATUSES, type PartStatus } from './part-status.ts';

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

/** A validated status change on its way to storage. */
export interface StatusChange {
  readonly part_id: number;
  readonly new_status: PartStatus;
  /** Up to 500 characters; null when none was given. */
  readonly reason: string | null;
  /** Id of the request that asked for it, for the audit entry. */
  readonly request_id: string | null;
  /** RFC 3339, UTC, milliseconds. For a part whose last change is later, that one's time counts. */
  readonly changed_at: string;
  /** The change is made only when the part has one of these versions; null: any. */
  readonly expected_versions: readonly number[] | null;
  /** Null: a retry can't be recognised and is a change of its own. */
  readonly idempotency: IdempotencyClaim | null;
}

/** What makes a retry recognisable: the caller's key, and what the request asked for. */
export interface IdempotencyClaim {
  /** Belongs to the part: the same key of two parts is two keys. */
  readonly key: string;
  /** Equal for requests that ask for the same, whatever their white space and key order. */
  readonly fingerprint: string;
}

/** What became of a status change. */
export interface StatusChangeResult {
  /** The part as the change left it. */
  readonly part: Part;
  /** True when the change had been made before under its idempotency key, and `part` is the result of then. */
  readonly replayed: boolean;
}
