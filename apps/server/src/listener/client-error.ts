import { STATUS_CODES } from 'node:http';
import type { Writable } from 'node:stream';
import { PROBLEM_CONTENT_TYPE, type ProblemCode, type ProblemDetails } from '@parts/http';

/** Says in words what Node's HTTP parser or its timeouts found. */
export function explainClientError(error: NodeJS.ErrnoException): [ProblemCode, string] {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['headers_too_large', 'the headers together may have up to 16 KiB'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request_timeout', 'the request did not arrive in time'];
    default:
      return ['malformed_request', 'the request is not valid HTTP/1.1'];
  }
}

const headersOf = (problem: ProblemDetails) => ({
  'Content-Type': PROBLEM_CONTENT_TYPE,
  'X-Content-Type-Options': 'nosniff',
  'X-Request-Id': problem.request_id,
});

export function problemResponse(problem: ProblemDetails): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: headersOf(problem),
  });
}

/** Writes a whole HTTP response to a connection on which there is no request, and closes it. */
export function writeProblem(connection: Writable, problem: ProblemDetails): void {
  const body = JSON.stringify(problem);
  const headers = Object.entries(headersOf(problem)).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  connection.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${headers.join('')}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    // A client that leaves its side open must not hold up a stop.
    () => connection.destroy(),
  );
}
