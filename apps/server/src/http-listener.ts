import { createServer, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import {
  PROBLEM_CONTENT_TYPE,
  type ProblemCode,
  problemDetails,
  type RequestLog,
} from '@parts/http';
import type { Config } from './config.ts';

export interface HttpListenerOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly config: Config;
  readonly newRequestId: () => string;
  readonly log: RequestLog;
}

/**
 * The HTTP server around a fetch handler, not yet listening: timeouts, and the
 * answers to what never becomes a request.
 */
export function createHttpListener(options: HttpListenerOptions): Server {
  const { fetch, config, newRequestId, log } = options;
  const latestResponse = new WeakMap<Socket, ServerResponse>();
  const handle = getRequestListener(fetch, {
    // Stands in for a missing Host header, which HTTP/1.0 allows.
    hostname: 'localhost',
    errorHandler: () =>
      problemResponse('malformed_request', 'the URL or the Host header is invalid'),
  });
  // The headers are a part of the request: a shorter limit for the whole is one for them too.
  const headersTimeout = Math.min(config.HEADERS_TIMEOUT_MS, config.REQUEST_TIMEOUT_MS);
  const server = createServer(
    {
      headersTimeout,
      requestTimeout: config.REQUEST_TIMEOUT_MS,
      keepAliveTimeout: config.KEEP_ALIVE_TIMEOUT_MS,
      // Node looks for late clients at this interval only; its default of 30 s would
      // let them stay that much longer.
      connectionsCheckingInterval: Math.ceil(Math.min(headersTimeout / 4, 1000)),
    },
    (request, response) => {
      // A backslash is not valid in a URL; encoded, it makes the path one that no route has.
      if (request.url?.includes('\\')) request.url = request.url.replaceAll('\\', '%5C');
      latestResponse.set(request.socket, response);
      void handle(request, response);
    },
  );
  server.setTimeout(config.IDLE_TIMEOUT_MS);
  server.on('clientError', answerClientError);
  return server;

  function problemResponse(code: ProblemCode, detail: string): Response {
    const problem = problemDetails(code, detail, newRequestId());
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { 'Content-Type': PROBLEM_CONTENT_TYPE, 'X-Request-Id': problem.request_id },
    });
  }

  function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
    const response = latestResponse.get(socket);
    // Behind a response that has begun, a second one would be read as its body.
    const isAnswering = response?.headersSent && !response.writableFinished;
    if (!socket.writable || isAnswering) {
      socket.destroy();
      return;
    }
    const [code, detail] = explainClientError(error);
    const problem = problemDetails(code, detail, newRequestId());
    log.info({ request_id: problem.request_id, status: problem.status, code }, 'not a request');
    const body = JSON.stringify(problem);
    socket.end(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n` +
        `Content-Type: ${PROBLEM_CONTENT_TYPE}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n` +
        `X-Request-Id: ${problem.request_id}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  }
}

function explainClientError(error: NodeJS.ErrnoException): [ProblemCode, string] {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['headers_too_large', 'the headers together may have up to 16 KiB'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request_timeout', 'the request did not arrive in time'];
    default:
      return ['malformed_request', 'the request is not valid HTTP/1.1'];
  }
}
