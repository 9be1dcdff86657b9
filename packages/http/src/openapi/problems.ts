import { PROBLEM_CONTENT_TYPE, PROBLEMS, type ProblemCode, problemDetails } from '../problem.ts';
import type { Answer } from './answer.ts';
import { EXAMPLE_REQUEST_ID } from './examples.ts';
import { type HeaderName, refsToHeaders } from './headers.ts';
import { refToSchema } from './schemas.ts';

/** What the detail of each problem says, by example. */
const DETAILS: Readonly<Record<ProblemCode, string>> = {
  cancelled: 'the caller gave up before the change was begun',
  cross_site_request: 'a page of another site must not do this',
  feeds_exhausted: 'too many feeds are open already',
  headers_too_large: 'the headers together may have up to 16 KiB',
  idempotency_key_reused: 'the key came before with another request',
  internal_error: 'the log has the details under this request id',
  invalid_header: 'If-Match must be * or a list of tags such as "3"',
  invalid_parameter: 'limit must be a number from 1 to 1000',
  invalid_status_change: 'status must be one of "Draft", "Approved", spelled exactly so',
  lists_exhausted: 'too many lists of all parts are being read; read it in pages, with limit',
  malformed_body: 'the body is not valid JSON',
  malformed_request: 'the request is not valid HTTP/1.1',
  method_not_allowed: 'allowed here: GET, HEAD',
  part_not_found: 'no part has this id',
  payload_too_large: 'a body may have up to 65536 bytes',
  rate_limited: 'up to 100 requests a second are served',
  request_timeout: 'the request did not arrive in time',
  route_not_found: 'no route has this path',
  storage_busy: 'the storage is locked by another process',
  storage_overloaded: 'too many changes are waiting already',
  storage_outcome_unknown:
    'the change may have been stored or not; a retry with the same Idempotency-Key counts once',
  storage_unavailable: 'the storage does not work at the moment',
  unauthorized: 'send the header Authorization: Bearer <token>',
  unsupported_media_type: 'the body must be UTF-8, without a Content-Encoding such as gzip',
  untrusted_host: 'under this host name the server needs a token of its own: set AUTH_TOKEN',
  version_conflict: 'the part has version 2 by now',
};

const HEADERS_BY_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  412: ['ETag'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The answers for these problems: one for each status, with an example for each problem. */
export function describeProblems(
  codes: readonly ProblemCode[],
  commonHeaders: readonly HeaderName[],
): Record<string, Answer> {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const answers = [...byStatus].map(([status, codes]) => {
    const answer: Answer = {
      description: codes.map((code) => PROBLEMS[code].title).join('; or: '),
      headers: refsToHeaders([...commonHeaders, ...(HEADERS_BY_STATUS[status] ?? [])]),
      content: {
        [PROBLEM_CONTENT_TYPE]: {
          schema: refToSchema('Problem'),
          examples: Object.fromEntries(codes.map((code) => [code, describeExample(code)])),
        },
      },
    };
    return [status, answer];
  });
  return Object.fromEntries(answers);
}

function describeExample(code: ProblemCode) {
  const value = problemDetails(code, DETAILS[code], EXAMPLE_REQUEST_ID);
  return { summary: value.title, value };
}
