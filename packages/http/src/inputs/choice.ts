import type { z } from 'zod';
import { ProblemError } from '../problem/problem-error.ts';

/** A value that is one of a few. */
export const choice = <const Values extends Readonly<Record<string, string>>>(
  name: string,
  schema: z.ZodEnum<Values>,
  description: string,
  example: string,
) => ({
  schema: schema.meta({ description, examples: [example] }),
  read(text: string): Values[keyof Values] {
    const { success, data } = schema.safeParse(text);
    if (success) return data;
    const allowed = schema.options.join(', ');
    throw new ProblemError('invalid_parameter', `${name} must be one of ${allowed}`);
  },
});
