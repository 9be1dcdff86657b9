import { z } from 'zod';
import { ProblemError } from '../problem/problem-error.ts';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * The key may be bare, as Stripe has it, or quoted, as the IETF draft
 * (draft-ietf-httpapi-idempotency-key-header-07) has it: the same key.
 */
export const idempotencyKey = {
  schema: z.string().meta({
    description:
      'Makes a retry safe: the same key with the same request for the same part brings the first answer again, for 24 hours unless configured otherwise. Up to 255 characters, bare or in double quotes.',
    examples: ['7f3a4c1e', '"7f3a4c1e"'],
  }),
  read(text: string): string {
    const key = text.startsWith('"') ? unquote(text) : text;
    if (key !== undefined && PRINTABLE.test(key)) return key;
    throw new ProblemError(
      'invalid_header',
      'Idempotency-Key must be 1 to 255 printable ASCII characters, bare or in double quotes',
    );
  },
};

/** A string of structured fields (RFC 9651, section 3.3.3). */
function unquote(text: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  return inner?.replaceAll(/\\(["\\])/g, '$1');
}
