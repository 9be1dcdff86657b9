import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { EXAMPLE_REQUEST_ID } from '../middleware/request-id.ts';
import { PROBLEM_CONTENT_TYPE, problemDetails, problemSchema } from '../problem/problem-details.ts';
import { PROBLEMS, type ProblemCode } from '../problem/problems.ts';
import { PROBLEM_HEADERS } from '../response-headers.ts';

const problemTable = [
  '| code | status | title |',
  '| --- | --- | --- |',
  ...Object.entries(PROBLEMS).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  ),
].join('\n');

const namedProblemSchema = problemSchema.meta({
  id: 'Problem',
  description: `Problem details (RFC 9457). The codes:\n\n${problemTable}`,
});

/** The answers with these problems: one for each status, with an example for each problem. */
export function describeProblems(
  codes: readonly ProblemCode[],
  answerHeaders: Readonly<Record<string, z.ZodType>>,
) {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  const answers = [...byStatus].map(([status, codes]) => {
    const answer: ZodOpenApiResponseObject = {
      description: codes.map((code) => PROBLEMS[code].title).join('; or: '),
      headers: z.object({ ...answerHeaders, ...PROBLEM_HEADERS[status] }),
      content: {
        [PROBLEM_CONTENT_TYPE]: {
          schema: namedProblemSchema,
          examples: Object.fromEntries(codes.map((code) => [code, describeExample(code)])),
        },
      },
    };
    return [status, answer];
  });
  return Object.fromEntries(answers);
}

function describeExample(code: ProblemCode) {
  const value = problemDetails(code, PROBLEMS[code].detail, EXAMPLE_REQUEST_ID);
  return { summary: value.title, value };
}
