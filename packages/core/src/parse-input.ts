import type { z } from 'zod';
import { PartsError, type PartsErrorCode } from './errors.ts';

/**
 * Turns untrusted input into what a schema describes.
 *
 * @throws PartsError with the code, and a message that names every fault and what is allowed
 */
export function parseInput<Output>(
  schema: z.ZodType<Output>,
  input: unknown,
  code: PartsErrorCode,
): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new PartsError(code, result.error.issues.map(({ message }) => message).join('; '));
}
