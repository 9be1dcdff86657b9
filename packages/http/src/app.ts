import type { Writable } from 'node:stream';
import type { PartsService, Storage } from '@parts/core';
import { Hono } from 'hono';
import type { AuditFeeds } from './audit/audit-feed.ts';
import { auditEndpoints } from './audit/endpoints.ts';
import type { AppEnvironment } from './context.ts';
import { type DebugOptions, debugEndpoints } from './debug/debug-endpoints.ts';
import type { Metrics } from './debug/metrics.ts';
import { docsEndpoints } from './docs/docs-endpoints.ts';
import type { Endpoint } from './endpoint/endpoint.ts';
import { mountEndpoint } from './endpoint/mount-endpoint.ts';
import { healthEndpoints } from './health/health-endpoints.ts';
import { bearerAuth } from './middleware/bearer-auth.ts';
import { errorHandler } from './middleware/error-handler.ts';
import { localHosts } from './middleware/local-hosts.ts';
import { methodNotAllowed } from './middleware/method-not-allowed.ts';
import { observeRequests } from './middleware/observe-requests.ts';
import { type RateLimit, rateLimit } from './middleware/rate-limit.ts';
import { requestId } from './middleware/request-id.ts';
import { type RequestLog, requestLog } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { documentEndpoints } from './openapi/document-endpoints.ts';
import { partsEndpoints } from './parts/endpoints.ts';
import { answerProblem } from './problem/answer-problem.ts';

/** What the API serves, and how. */
export interface AppOptions {
  readonly parts: PartsService;
  readonly storage: Pick<Storage, 'audit' | 'maintenance' | 'statistics'>;
  /** Of the same storage. Close them before the server, or it waits for its clients. */
  readonly auditFeeds: AuditFeeds;
  /** Is given the response on which a feed opens: it ends when its client has read it, or goes. */
  readonly onFeed?: ((response: Writable) => void) | undefined;
  /** The bearer token that all of `/v1` asks for. */
  readonly authToken: string;
  /** True: everybody knows the token, so below `/v1` and `/debug` only hosts that no stranger can own are served. */
  readonly isTokenPublic?: boolean | undefined;
  readonly log: RequestLog;
  /** For a request that brings no usable `X-Request-Id`. Each must be new. */
  readonly newRequestId: () => string;
  /** False: there is no `/debug`, which needs no token. */
  readonly debug: Pick<DebugOptions, 'readMoreStats'> | false;
  readonly metrics: Metrics;
  /** The directory of the package swagger-ui-dist, for a page to read and try the API. Left out, there is no `/docs`. */
  readonly swaggerUiDirectory?: string | undefined;
  /** Left out, there is no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

/** What the typed client knows, too. */
export function listEndpoints(options: AppOptions) {
  const { parts, storage, auditFeeds: feeds, debug, metrics, swaggerUiDirectory } = options;
  return [
    ...partsEndpoints(parts),
    ...auditEndpoints({ parts, audit: storage.audit, feeds, onFeed: options.onFeed }),
    ...healthEndpoints(storage.maintenance),
    ...(debug ? debugEndpoints({ ...debug, storage, metrics }) : []),
    ...(swaggerUiDirectory ? docsEndpoints(swaggerUiDirectory) : []),
  ];
}

/**
 * The whole API as a Hono app; its `fetch` fits every server that speaks the Fetch API, and
 * needs Node. A request passes the middlewares in the order in which they stand here.
 */
export function createApp(options: AppOptions): Hono<AppEnvironment> {
  const { authToken, log, newRequestId, metrics } = options;
  const app = new Hono<AppEnvironment>();
  const middlewares = [
    requestId(newRequestId),
    securityHeaders(),
    observeRequests([requestLog(log), metrics]),
    methodNotAllowed(app),
    ...(options.isTokenPublic ? [localHosts()] : []),
    bearerAuth(authToken),
    ...(options.rateLimit ? [rateLimit(options.rateLimit)] : []),
  ];
  for (const { paths, handle } of middlewares) {
    for (const path of paths) app.use(path, handle);
  }

  const endpoints: Endpoint[] = listEndpoints(options);
  for (const endpoint of [...endpoints, ...documentEndpoints(endpoints, middlewares)]) {
    mountEndpoint(app, endpoint);
  }
  app.notFound((c) => answerProblem(c, 'route_not_found'));
  app.onError(errorHandler(log));
  return app;
}
