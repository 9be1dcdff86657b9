import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import {
  type ProblemCode,
  type ProblemDetails,
  problemDetails,
  type RequestLog,
} from '@parts/http';
import { explainClientError, problemResponse, writeProblem } from './client-error.ts';
import { type Connections, trackConnections } from './connections.ts';
import { createShortTurns } from './short-turns.ts';

export interface HttpListenerOptions {
  readonly fetch: Parameters<typeof getRequestListener>[0];
  /** Milliseconds from the first byte to the end of the headers. */
  readonly headersTimeout: number;
  /** Milliseconds from the first byte to the end of the request. */
  readonly requestTimeout: number;
  /** Milliseconds between two requests. */
  readonly keepAliveTimeout: number;
  /** Milliseconds on a connection on which nothing moves at all. */
  readonly idleTimeout: number;
  readonly newRequestId: () => string;
  readonly log: RequestLog;
}

export interface HttpListener {
  readonly server: Server;
  readonly connections: Connections;
}

/**
 * The HTTP server around a fetch handler, not yet listening: timeouts, and the
 * answers to what never becomes a request.
 */
export function createHttpListener(options: HttpListenerOptions): HttpListener {
  const { fetch, requestTimeout, keepAliveTimeout, newRequestId, log } = options;
  // The adapter's own check lets a few URLs pass, such as http://1.2.3.4.5/. They would be found
  // out in the middle of a route, where a failure looks like ours.
  const handle = getRequestListener(
    (request, env) => (URL.canParse(request.url) ? fetch(request, env) : refuseUrl()),
    // The adapter would hang up on a client that is not done 500 ms after a refusal of its body, which it
    // can't tell from a failure. Node reads on, within the request's own limit.
    { errorHandler: refuseUrl, autoCleanupIncoming: false },
  );
  // The headers are a part of the request: a shorter limit for the whole is one for them too.
  const headersTimeout = Math.min(options.headersTimeout, requestTimeout);
  const server = createServer({
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    // Node looks for late clients at this interval only; its default of 30 s would
    // let them stay that much longer.
    connectionsCheckingInterval: Math.ceil(Math.min(headersTimeout / 4, 1000)),
    // Node's own refusal has no body and is not logged; the handler's has and is.
    requireHostHeader: false,
  });
  const beginInTurn = createShortTurns(server);
  const connections = trackConnections(server);
  server.setTimeout(options.idleTimeout);
  server.on('request', serve);
  // An expectation that nobody knows may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', serve);
  server.on('clientError', (error, socket) => refuse(socket, ...explainClientError(error)));
  server.on('connect', (_request, socket) => {
    // Node has let go of this connection; an error that nobody takes would end the process.
    socket.on('error', () => socket.destroy());
    refuse(socket, 'malformed_request', 'this is no proxy');
  });
  return { server, connections };

  function serve(request: IncomingMessage, response: ServerResponse): void {
    // HTTP/1.0 allows to leave the Host header out.
    if (request.httpVersion === '1.0') request.headers.host ??= 'localhost';
    // A backslash is not valid in a URL; encoded, it makes the path one that no route has.
    if (request.url?.includes('\\')) request.url = request.url.replaceAll('\\', '%5C');
    if (connections.admit(response, () => beginInTurn(() => begin(request, response)))) return;
    // The answers before this one come first, so the client can't be told why.
    log.info({}, 'too many requests without an answer: hung up');
    request.socket.destroy();
  }

  function begin(request: IncomingMessage, response: ServerResponse): void {
    // The client may have gone while the request waited for its turn.
    if (!request.socket.destroyed) void handle(request, response);
  }

  function refuseUrl(): Response {
    return problemResponse(report('malformed_request', 'the URL or the Host header is invalid'));
  }

  /** Answers what could not be read from a connection, and closes it. */
  function refuse(socket: Duplex, code: ProblemCode, detail: string): void {
    const response = connections.latestResponse(socket);
    const isBehindRequest = response?.req.complete;
    if (isBehindRequest && !response.writableFinished) {
      // The request before it has its own answer, which comes first.
      response.once('finish', () => refuse(socket, code, detail));
    } else if (socket.writable && (isBehindRequest || !response?.headersSent)) {
      writeProblem(socket, report(code, detail));
    } else {
      // Nobody listens, or the request that broke off has been answered already.
      socket.destroy();
    }
  }

  /** The app does not see these problems, so they are logged here. */
  function report(code: ProblemCode, detail: string): ProblemDetails {
    const problem = problemDetails(code, detail, newRequestId());
    log.info({ request_id: problem.request_id, status: problem.status, code }, 'not a request');
    return problem;
  }
}
