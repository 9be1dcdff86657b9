import { MAX_WORDS } from '@parts/core';
import { z } from 'zod';
import { choice } from '../inputs/choice.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { partStatus } from './schemas.ts';

const MAX_SEARCH_LENGTH = 100;
const MAX_NUMBERS = 100;

const RETIRED = { true: true, false: false, any: 'any' } as const;
const retiredSchema = z.enum(['true', 'false', 'any']);

/** What narrows a list of parts down. */
export const partsFilter = {
  status: choice('status', partStatus, 'Only parts with this status.', 'Approved'),
  retired: {
    schema: retiredSchema.meta({
      description: 'Only retired parts, or `any`. Left out: those in use.',
      examples: ['any'],
    }),
    read(text: string): boolean | 'any' {
      const { success, data } = retiredSchema.safeParse(text);
      if (success) return RETIRED[data];
      throw new ProblemError('invalid_parameter', 'retired must be true, false or any');
    },
  },
  q: {
    schema: z
      .string()
      .min(1)
      .max(MAX_SEARCH_LENGTH)
      .meta({
        description: `Up to ${MAX_WORDS} words: only parts that have each of them in number, name or description, in any ASCII case.`,
        examples: ['motor 400'],
      }),
    read(text: string): readonly string[] {
      const words = text.split(/\s+/).filter((word) => word !== '');
      const isGood = words.length > 0 && words.length <= MAX_WORDS && !text.includes('\0');
      if (isGood && text.length <= MAX_SEARCH_LENGTH) return words;
      throw new ProblemError(
        'invalid_parameter',
        `q must have 1 to ${MAX_WORDS} words in 1 to ${MAX_SEARCH_LENGTH} characters, without U+0000`,
      );
    },
  },
  part_number: {
    schema: z
      .array(z.string())
      .max(MAX_NUMBERS)
      .meta({
        description: 'Only parts with one of these numbers, in any ASCII case. It may be repeated.',
        examples: [['PCB-1001', 'PCB-1002']],
      }),
    read(_first: string, readAll: () => readonly string[]): readonly string[] {
      const numbers = readAll();
      if (numbers.length <= MAX_NUMBERS) return numbers;
      throw new ProblemError(
        'invalid_parameter',
        `part_number may be given up to ${MAX_NUMBERS} times`,
      );
    },
  },
};
