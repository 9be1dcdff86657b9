import { z } from 'zod';
import type { Creation, Edit } from './change.ts';
import { PartsError } from './errors.ts';
import { parseInput } from './parse-input.ts';
import { reasonInput, textInput } from './text-input.ts';

const partNumber = (field: string) =>
  textInput(field, 64)
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text !== '' && text.length <= 64, {
      error: `${field} must have 1 to 64 characters`,
    })
    .refine((text) => !/\p{C}/u.test(text), {
      error: `${field} must not contain control characters`,
    });

const name = textInput('name', 200).refine((text) => text.trim() !== '', {
  error: 'name must not be empty',
});

/** The status of a part changes by a request of its own, with its own rules. */
const noStatus = z
  .never({ error: 'status can not be set here: PATCH /v1/parts/{id}/status changes it' })
  .optional();

/** The fields of a part as their author sends them. */
export const contentInput = {
  part_number: partNumber('part_number'),
  name,
  description: textInput('description', 2000),
};

/** What a caller sends to create a part: a number, or a prefix behind which the number is chosen. */
export const creationInputSchema = z
  .object(
    {
      part_number: contentInput.part_number.optional(),
      part_number_prefix: partNumber('part_number_prefix').optional(),
      name,
      description: contentInput.description.default(''),
      reason: reasonInput,
      status: noStatus,
    },
    { error: 'a part must be an object such as {"part_number":"PCB-1004","name":"Relay board"}' },
  )
  .refine(
    ({ part_number, part_number_prefix }) =>
      (part_number === undefined) !== (part_number_prefix === undefined),
    { error: 'give either part_number or part_number_prefix' },
  );

export type CreationInput = Readonly<z.infer<typeof creationInputSchema>>;

/** What a caller sends to edit a part, or to retire it or bring it back. */
export const editInputSchema = z
  .object(
    {
      part_number: contentInput.part_number.exactOptional(),
      name: contentInput.name.exactOptional(),
      description: contentInput.description.exactOptional(),
      retired: z.boolean({ error: 'retired must be true or false' }).optional(),
      reason: reasonInput,
      status: noStatus,
    },
    { error: 'an edit must be an object such as {"name":"Relay board, 8 channels"}' },
  )
  .refine(
    ({ retired, part_number, name, description }) =>
      (retired !== undefined) !==
      [part_number, name, description].some((field) => field !== undefined),
    { error: 'give fields to edit (part_number, name, description), or retired alone' },
  );

export type EditInput = Readonly<z.infer<typeof editInputSchema>>;

export type ParsedCreation = Pick<Creation, 'number' | 'content' | 'reason'>;

/**
 * @param pattern what a number must match, if anything
 * @throws PartsError `invalid_part`, with a message that names every fault and what is allowed
 */
export function parseCreationInput(input: unknown, pattern: RegExp | null): ParsedCreation {
  const { part_number, part_number_prefix, name, description, reason } = parseInput(
    creationInputSchema,
    input,
    'invalid_part',
  );
  if (part_number !== undefined) checkPattern(part_number, pattern);
  const number =
    part_number === undefined ? { prefix: part_number_prefix ?? '' } : { exact: part_number };
  return { number, content: { name, description }, reason: reason ?? null };
}

export interface ParsedEdit {
  readonly content: Edit['content'];
  readonly retired: boolean | undefined;
  readonly reason: string | null;
}

/** As {@link parseCreationInput}. */
export function parseEditInput(input: unknown, pattern: RegExp | null): ParsedEdit {
  const { status, retired, reason, ...content } = parseInput(
    editInputSchema,
    input,
    'invalid_part',
  );
  if (content.part_number !== undefined) checkPattern(content.part_number, pattern);
  return { content, retired, reason: reason ?? null };
}

function checkPattern(partNumber: string, pattern: RegExp | null): void {
  if (pattern === null || pattern.test(partNumber)) return;
  throw new PartsError('invalid_part', `part_number must match ${pattern.source}`);
}
