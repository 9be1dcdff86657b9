import { z } from 'zod';

/** A value that its handler takes as it is. */
export const text = (description: string, example: string) => ({
  schema: z.string().meta({ description, examples: [example] }),
  read: (text: string) => text,
});
