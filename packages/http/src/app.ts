import { NO_RULES } from '@parts/core';
import { Hono } from 'hono';
import type { AppOptions } from './app-options.ts';
import { listAudit } from './audit/list-audit.ts';
import { listPartAudit } from './audit/list-part-audit.ts';
import { boardEndpoints } from './board/board-endpoints.ts';
import type { AppEnvironment } from './context.ts';
import { debugEndpoints } from './debug/debug-endpoints.ts';
import { docsEndpoints } from './docs/docs-endpoints.ts';
import type { Endpoint } from './endpoint/endpoint.ts';
import { mountEndpoint } from './endpoint/mount-endpoint.ts';
import { healthEndpoints } from './health/health-endpoints.ts';
import { importParts } from './imports/import-parts.ts';
import { bearerAuth } from './middleware/bearer-auth.ts';
import { crossOrigin } from './middleware/cross-origin.ts';
import { errorHandler } from './middleware/error-handler.ts';
import { localHosts } from './middleware/local-hosts.ts';
import { methodNotAllowed } from './middleware/method-not-allowed.ts';
import { observeRequests } from './middleware/observe-requests.ts';
import { rateLimit } from './middleware/rate-limit.ts';
import { requestId } from './middleware/request-id.ts';
import { requestLog } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { documentEndpoints } from './openapi/document-endpoints.ts';
import { partsEndpoints } from './parts/endpoints.ts';
import { answerProblem } from './problem/answer-problem.ts';
import { getPartActions, getRoleActions } from './session/get-actions.ts';
import { getSession } from './session/get-session.ts';

/** The endpoints of every capability. The typed client has their types. */
export function listEndpoints(options: AppOptions) {
  const { parts, storage, auditFeeds: feeds, debug, metrics, swaggerUiDirectory } = options;
  return [
    ...partsEndpoints(parts, storage.statistics),
    importParts(parts),
    listPartAudit(parts),
    listAudit({ parts, audit: storage.audit, feeds, onFeed: options.onFeed }),
    getSession(options.rules ?? NO_RULES),
    getRoleActions(),
    getPartActions(parts),
    ...healthEndpoints(storage.maintenance),
    ...boardEndpoints(),
    ...(debug ? debugEndpoints({ ...debug, storage, metrics }) : []),
    ...(swaggerUiDirectory ? docsEndpoints(swaggerUiDirectory) : []),
  ];
}

/**
 * The whole API as a Hono app; its `fetch` fits every server that speaks the Fetch API, and
 * needs Node. A request passes the middlewares in the order in which they stand here.
 */
export function createApp(options: AppOptions): Hono<AppEnvironment> {
  const { tokens, log, newRequestId, metrics } = options;
  const app = new Hono<AppEnvironment>();
  const middlewares = [
    requestId(newRequestId),
    securityHeaders(),
    observeRequests([requestLog(log), metrics]),
    // In front of what refuses: a preflight has no token, and a page may read why it was refused.
    ...(options.corsOrigins ? [crossOrigin(options.corsOrigins)] : []),
    methodNotAllowed(app),
    ...(options.isTokenPublic ? [localHosts()] : []),
    bearerAuth(tokens),
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
