import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './problems.ts';

/** The media type of every answer with a problem. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Problem details (RFC 9457) with the extension members `code` and `request_id`, and some of single problems. */
export const problemSchema = z.object({
  type: z.string().describe('`urn:problem-type:parts:` and the code.'),
  title: z.string(),
  status: z.int().describe('The HTTP status of the answer.'),
  detail: z.string().describe('What was wrong with this request, for people.'),
  code: z.enum(Object.keys(PROBLEMS)).describe('For programs.'),
  request_id: z.string().describe('Names the request in the log.'),
  part_id: z.int().optional().describe('Of `part_number_taken`: the part that has the number.'),
  errors: z
    .array(z.object({ line: z.int(), column: z.string().nullable(), detail: z.string() }))
    .readonly()
    .optional()
    .describe('Of `invalid_import`: what is wrong, and where; the first 100.'),
});

export type ProblemDetails = Readonly<z.infer<typeof problemSchema>> & {
  readonly code: ProblemCode;
};

/** The body of an answer with a problem, also for failures outside of the app. */
export function problemDetails(
  code: ProblemCode,
  detail: string,
  request_id: string,
  members: Pick<ProblemDetails, 'part_id' | 'errors'> = {},
): ProblemDetails {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:problem-type:parts:${code}`,
    title,
    status,
    detail,
    code,
    request_id,
    ...members,
  };
}
