import type { MiddlewareHandler } from 'hono';
import type { AppEnvironment } from './environment.ts';

/** Ids that are safe to log, to store and to send back: 1 to 128 visible characters without quotes. */
export const SANE_ID = /^[\w.:/+=@~-]{1,128}$/;

/** Gives each request an id: the client's `X-Request-Id` when it is sane, else a new one. It is always echoed. */
export function requestId(newId: () => string): MiddlewareHandler<AppEnvironment> {
  return async function requestId(c, next) {
    const offered = c.req.header('X-Request-Id');
    const id = offered !== undefined && SANE_ID.test(offered) ? offered : newId();
    c.set('requestId', id);
    c.set('headers', { 'X-Request-Id': id });
    await next();
  };
}
