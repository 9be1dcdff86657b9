import type { AuditTail, PartsService } from '@parts/core';
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { AuditFeeds } from './audit-feed.ts';
import { auditRoutes } from './audit-routes.ts';
import { bearerAuth } from './bearer-auth.ts';
import { type DebugRoutesOptions, debugRoutes } from './debug-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import type { AppEnvironment } from './environment.ts';
import { errorHandler } from './error-handler.ts';
import type { Metrics } from './metrics.ts';
import { partsRoutes } from './parts-routes.ts';
import { answerProblem } from './problem.ts';
import { type RateLimit, rateLimit } from './rate-limit.ts';
import { requestId } from './request-id.ts';
import { type RequestLog, requestLog } from './request-log.ts';

export interface AppOptions {
  readonly parts: PartsService;
  readonly auditTail: AuditTail;
  readonly auditFeeds: AuditFeeds;
  readonly authToken: string;
  readonly log: RequestLog;
  readonly newRequestId: () => string;
  /** False: there is no `/debug`. */
  readonly debug: Omit<DebugRoutesOptions, 'metrics'> | false;
  readonly metrics: Metrics;
  /** Left out, there is no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

/** The whole API. Middlewares run in the order in which they stand here. */
export function createApp(options: AppOptions) {
  const { parts, auditTail, auditFeeds, authToken, log, newRequestId, debug, metrics } = options;
  const app = new Hono<AppEnvironment>();

  app.use(requestId(newRequestId));
  app.use(requestLog(log));
  app.use(metrics.middleware);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(', ');
        return answerProblem(c, 'method_not_allowed', `allowed here: ${allow}`, { Allow: allow });
      },
    }),
  );
  app.use('/v1/*', bearerAuth(authToken));
  if (options.rateLimit) app.use('/v1/*', rateLimit(options.rateLimit));

  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.route('/v1/parts', partsRoutes(parts));
  app.route('/v1/audit', auditRoutes({ parts, tail: auditTail, feeds: auditFeeds }));
  if (debug) app.route('/debug', debugRoutes({ ...debug, metrics }));
  app.route('/', docsRoutes({ withDebug: debug !== false }));

  app.notFound((c) => answerProblem(c, 'route_not_found', 'no route has this path'));
  app.onError(errorHandler(log));
  return app;
}
