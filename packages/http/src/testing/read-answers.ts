import { auditEntrySchema, partSchema } from '@parts/core';
import { expect } from 'vitest';
import { z } from 'zod';

const problemSchema = z.object({ code: z.string(), detail: z.string() });

export const partOf = async (response: Response) => partSchema.parse(await response.json());

export const idsOf = async (response: Response) =>
  z
    .array(partSchema)
    .parse(await response.json())
    .map(({ id }) => id);

export const entriesOf = async (response: Response) =>
  z.array(auditEntrySchema).parse(await response.json());

export const problemOf = async (response: Response) => problemSchema.parse(await response.json());

export const codeOf = async (response: Response) => (await problemOf(response)).code;

/** The URL of the next page, if there is one. */
export const nextOf = (response: Response) =>
  /^<(.*)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1];

/** Reads a response that must be a problem, with everything that every problem has. */
export async function expectProblem(response: Response, status: number, code: string) {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const problemSchema = z.strictObject({
    type: z.literal(`urn:problem-type:parts:${code}`),
    title: z.string().min(1),
    status: z.literal(status),
    detail: z.string().min(1),
    code: z.literal(code),
    request_id: z.string().min(1),
    ...(code === 'part_number_taken' && { part_id: z.int().positive() }),
  });
  const body = problemSchema.parse(await response.json());
  expect(response.status).toBe(status);
  expect(response.headers.get('X-Request-Id')).toBe(body.request_id);
  return body;
}
