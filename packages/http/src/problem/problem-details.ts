import { PROBLEMS, type ProblemCode } from './problems.ts';

/** The media type of every answer with a problem. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Problem details (RFC 9457) with two extension members: `code` and `request_id`. */
export interface ProblemDetails {
  /** `urn:problem-type:parts:` and the code. */
  readonly type: string;
  readonly title: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** What was wrong with this request, for people. */
  readonly detail: string;
  readonly code: ProblemCode;
  readonly request_id: string;
}

/** The body of an answer with a problem, also for failures outside of the app. */
export function problemDetails(
  code: ProblemCode,
  detail: string,
  request_id: string,
): ProblemDetails {
  const { status, title } = PROBLEMS[code];
  return { type: `urn:problem-type:parts:${code}`, title, status, detail, code, request_id };
}
