import type { PartsErrorCode } from '@parts/core';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { answer } from './answer.ts';
import type { AppEnvironment } from './environment.ts';

/** The failures that core knows, and those of HTTP itself. A client decides by them. */
export type ProblemCode =
  | PartsErrorCode
  | 'cross_site_request'
  | 'feeds_exhausted'
  | 'headers_too_large'
  | 'internal_error'
  | 'invalid_header'
  | 'invalid_parameter'
  | 'lists_exhausted'
  | 'malformed_body'
  | 'malformed_request'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'rate_limited'
  | 'request_timeout'
  | 'route_not_found'
  | 'unauthorized'
  | 'unsupported_media_type'
  | 'untrusted_host';

/** The one mapping of failures to HTTP. */
export const PROBLEMS = {
  cancelled: { status: 400, title: 'The client gave up' },
  cross_site_request: { status: 403, title: 'The request comes from a page of another site' },
  feeds_exhausted: { status: 503, title: 'No more feeds can be opened' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key belongs to another request' },
  invalid_header: { status: 400, title: 'A header is not valid' },
  invalid_parameter: { status: 400, title: 'A query parameter is not valid' },
  invalid_status_change: { status: 400, title: 'The status change is not valid' },
  lists_exhausted: { status: 503, title: 'No more lists of all parts can be read' },
  malformed_body: { status: 400, title: 'The body is not JSON' },
  malformed_request: { status: 400, title: 'The request is not valid HTTP' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  part_not_found: { status: 404, title: 'There is no such part' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  rate_limited: { status: 429, title: 'There are too many requests' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  route_not_found: { status: 404, title: 'There is nothing here' },
  storage_busy: { status: 503, title: 'The storage is busy' },
  storage_overloaded: { status: 503, title: 'There is more load than can be served' },
  storage_outcome_unknown: { status: 503, title: 'The change may have been stored or not' },
  storage_unavailable: { status: 503, title: 'The storage is not available' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  unsupported_media_type: { status: 415, title: 'The body is encoded in a way that is not read' },
  untrusted_host: { status: 421, title: 'The host name is not served with the default token' },
  version_conflict: { status: 412, title: 'The part has changed meanwhile' },
} as const satisfies Readonly<
  Record<ProblemCode, { readonly status: ContentfulStatusCode; readonly title: string }>
>;

/** Seconds after which a client may try again what failed with a 503. */
const RETRY_AFTER = '1';

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

/** The media type of every answer with a problem. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The body of an answer with a problem, also for failures outside of the app. */
export function problemDetails(
  code: ProblemCode,
  detail: string,
  requestId: string,
): ProblemDetails {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:problem-type:parts:${code}`,
    title,
    status,
    detail,
    code,
    request_id: requestId,
  };
}

/** Answers a request with a problem. */
export function answerProblem<Code extends ProblemCode>(
  c: Context<AppEnvironment>,
  code: Code,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const { status } = PROBLEMS[code];
  const problem = problemDetails(code, detail, c.get('requestId'));
  return answer(c, status, JSON.stringify(problem), {
    'Content-Type': PROBLEM_CONTENT_TYPE,
    ...(status === 503 && { 'Retry-After': RETRY_AFTER }),
    ...headers,
  });
}
