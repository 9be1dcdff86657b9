import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { AppEnvironment } from './environment.ts';

/** The part of a structured logger that is used; pino's fits. */
export interface RequestLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One line for each request. Neither headers nor the query are logged: they may hold secrets. */
export function requestLog(log: RequestLog): MiddlewareHandler<AppEnvironment> {
  return async function requestLog(c, next) {
    const startedAt = performance.now();
    await next();
    log.info(
      {
        request_id: c.get('requestId'),
        method: c.req.method,
        route: routePath(c, -1),
        path: c.req.path,
        status: c.res.status,
        duration_ms: Math.round((performance.now() - startedAt) * 1000) / 1000,
      },
      'request',
    );
  };
}
