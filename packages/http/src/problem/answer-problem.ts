import { answer } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { PROBLEM_CONTENT_TYPE, problemDetails } from './problem-details.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

/** Seconds after which a client may try again what failed with a 503. */
const RETRY_AFTER = '1';

export function answerProblem(
  c: AppContext,
  code: ProblemCode,
  detail: string = PROBLEMS[code].detail,
  headers: Readonly<Record<string, string>> = {},
  members: Parameters<typeof problemDetails>[3] = {},
): Response {
  const { status } = PROBLEMS[code];
  const problem = problemDetails(code, detail, c.get('requestId'), members);
  return answer(c, status, JSON.stringify(problem), {
    'Content-Type': PROBLEM_CONTENT_TYPE,
    ...(status === 503 && { 'Retry-After': RETRY_AFTER }),
    ...headers,
  });
}
