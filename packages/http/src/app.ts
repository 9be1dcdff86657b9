import type { Writable } from 'node:stream';
import type { PartsService, Storage } from '@parts/core';
import { Hono } from 'hono';
import { answerJson } from './answer.ts';
import type { AuditFeeds } from './audit-feed.ts';
import { auditRoutes } from './audit-routes.ts';
import { bearerAuth } from './bearer-auth.ts';
import { type DebugRoutesOptions, debugRoutes } from './debug-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { documentRoutes } from './document-routes.ts';
import type { AppEnvironment } from './environment.ts';
import { errorHandler } from './error-handler.ts';
import { refuseForeignHosts } from './host-check.ts';
import type { Metrics } from './metrics.ts';
import { noRoute } from './no-route.ts';
import { observeRequests } from './observe-requests.ts';
import { partsRoutes } from './parts-routes.ts';
import { type RateLimit, rateLimit } from './rate-limit.ts';
import { requestId } from './request-id.ts';
import { type RequestLog, requestLog } from './request-log.ts';

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
  readonly debug: Pick<DebugRoutesOptions, 'readMoreStats'> | false;
  readonly metrics: Metrics;
  /** The directory of the package swagger-ui-dist, for a page to read and try the API. Left out, there is no `/docs`. */
  readonly swaggerUiDirectory?: string | undefined;
  /** Left out, there is no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

/**
 * The whole API as a Hono app; its `fetch` fits every server that speaks the Fetch API, and
 * needs Node. Middlewares run in the order in which they stand here.
 */
export function createApp(options: AppOptions) {
  const { parts, storage, auditFeeds, authToken, log, newRequestId, debug, metrics } = options;
  const { swaggerUiDirectory } = options;
  const app = new Hono<AppEnvironment>();

  app.use(requestId(newRequestId));
  app.use(observeRequests([requestLog(log), metrics]));
  if (options.isTokenPublic) {
    const localHosts = refuseForeignHosts();
    app.use('/v1/*', localHosts).use('/debug/*', localHosts);
  }
  app.use('/v1/*', bearerAuth(authToken));
  if (options.rateLimit) app.use('/v1/*', rateLimit(options.rateLimit));

  // In a chain, so that the type of the app has the routes: the typed client reads it.
  const api = app
    .get('/healthz', (c) => answerJson(c, { status: 'ok' }))
    .get('/readyz', async (c) => {
      await storage.maintenance.checkWritable();
      return answerJson(c, { status: 'ok' });
    })
    .route('/v1/parts', partsRoutes(parts))
    .route(
      '/v1/audit',
      auditRoutes({ parts, audit: storage.audit, feeds: auditFeeds, onFeed: options.onFeed }),
    )
    .route('/', documentRoutes({ withDebug: debug !== false, withDocs: !!swaggerUiDirectory }));
  if (debug) app.route('/debug', debugRoutes({ ...debug, storage, metrics }));
  if (swaggerUiDirectory) app.route('/docs', docsRoutes(swaggerUiDirectory));

  app.notFound(noRoute(app));
  app.onError(errorHandler(log));
  return api;
}
