import type { PartsErrorCode } from '@parts/core';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { MAX_BODY_BYTES, MAX_LIMIT } from '../limits.ts';

const problem = <const Status extends ContentfulStatusCode>(
  status: Status,
  title: string,
  detail: string,
) => ({ status, title, detail });

/**
 * The one mapping of failures to HTTP: those that core knows, and those of HTTP itself. The
 * detail is the one that is sent, or an example where the request decides what to say.
 */
// biome-ignore format: a table has a line for each row
export const PROBLEMS = {
  cancelled: problem(400, 'The client gave up', 'the caller gave up before the change was begun'),
  cross_site_request: problem(403, 'The request comes from a page of another site', 'a page of another site must not do this'),
  feeds_exhausted: problem(503, 'No more feeds can be opened', 'too many feeds are open already'),
  forbidden: problem(403, 'The role of the token does not allow this', 'this needs the role approver; the role of this token is editor'),
  headers_too_large: problem(431, 'The request headers are too large', 'the headers together may have up to 16 KiB'),
  idempotency_key_reused: problem(422, 'The idempotency key belongs to another request', 'the key came before with another request'),
  internal_error: problem(500, 'Something went wrong on our side', 'the log has the details under this request id'),
  invalid_header: problem(400, 'A header is not valid', 'If-Match must be * or a list of tags such as "3"'),
  invalid_import: problem(422, 'The import is not valid', 'nothing was imported: one error; line 14, name is missing'),
  invalid_parameter: problem(400, 'A query parameter is not valid', `limit must be a number from 1 to ${MAX_LIMIT}`),
  invalid_part: problem(400, 'The part is not valid', 'name must not be empty'),
  invalid_status_change: problem(400, 'The status change is not valid', 'status must be one of "Draft", "Approved", spelled exactly so'),
  lists_exhausted: problem(503, 'No more lists of all parts can be read', 'too many lists of all parts are being read; read it in pages, with limit'),
  malformed_body: problem(400, 'The body is not JSON', 'the body is not valid JSON'),
  malformed_request: problem(400, 'The request is not valid HTTP', 'the request is not valid HTTP/1.1'),
  method_not_allowed: problem(405, 'The method is not allowed here', 'allowed here: GET, HEAD'),
  not_in_review: problem(409, 'The part is not in review', 'the part is Draft; only a part that is In Review can be approved or rejected'),
  part_not_found: problem(404, 'There is no such part', 'no part has this id'),
  part_number_taken: problem(409, 'Another part has this number', 'part 4 has the number PCB-1004'),
  part_retired: problem(409, 'The part was retired', 'the part was retired at 2026-03-02T14:07:31.250Z; restore it first'),
  payload_too_large: problem(413, 'The body is too large', `a body may have up to ${MAX_BODY_BYTES} bytes`),
  rate_limited: problem(429, 'There are too many requests', 'up to 100 requests a second are served'),
  request_timeout: problem(408, 'The request took too long to arrive', 'the request did not arrive in time'),
  route_not_found: problem(404, 'There is nothing here', 'no route has this path'),
  self_approval: problem(403, 'People do not approve their own work', 'ada created, edited or sent version 4 to review; someone else has to approve the part'),
  storage_busy: problem(503, 'The storage is busy', 'the storage is locked by another process'),
  storage_outcome_unknown: problem(503, 'The change may have been stored or not', 'the change may have been stored or not; a retry with the same Idempotency-Key counts once'),
  storage_overloaded: problem(503, 'There is more load than can be served', 'too many changes are waiting already'),
  storage_unavailable: problem(503, 'The storage is not available', 'the storage does not work at the moment'),
  unauthorized: problem(401, 'A valid token is needed', 'send the header Authorization: Bearer <token>'),
  unsupported_media_type: problem(415, 'The body is encoded in a way that is not read', 'the body must be UTF-8, without a Content-Encoding such as gzip'),
  untrusted_host: problem(421, 'The host name is not served with the default token', 'under this host name the server needs a token of its own: set AUTH_TOKEN'),
  version_conflict: problem(412, 'The part has changed meanwhile', 'the part has version 2 by now'),
} satisfies Record<PartsErrorCode, unknown> & Record<string, unknown>;

/** A client decides by it. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Of endpoints that read the storage. */
export const READ_PROBLEMS = ['storage_busy', 'storage_unavailable'] as const;

/** Of what waits its turn among the changes. */
export const WRITE_PROBLEMS = [
  ...READ_PROBLEMS,
  'storage_overloaded',
  'storage_outcome_unknown',
] as const;
