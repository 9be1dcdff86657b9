import { z } from 'zod';

const MAX_REASON_LENGTH = 500;

/** A text of a limited length that every storage can keep as it is. */
export function textInput(field: string, maxLength: number) {
  return (
    z
      .string({ error: `${field} must be a text` })
      .max(maxLength, { error: `${field} may have up to ${maxLength} characters` })
      // Half of a surrogate pair could not be stored as it is.
      .refine((text) => text.isWellFormed(), { error: `${field} must be valid Unicode` })
      // SQL functions and programs in C take it for the end of the text.
      .refine((text) => !text.includes('\0'), { error: `${field} must not contain U+0000` })
  );
}

/** Why a change is made. Some clients write null for what they leave out. */
export const reasonInput = textInput('reason', MAX_REASON_LENGTH).nullish();
