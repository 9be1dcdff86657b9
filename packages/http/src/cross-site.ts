import type { MiddlewareHandler } from 'hono';
import type { AppEnvironment } from './environment.ts';
import { answerProblem } from './problem.ts';

/**
 * Refuses what a browser sends from a page of another site. It stands before what changes
 * something without a token: such a page can send a POST without asking the server first.
 * Tools send neither of the headers (https://www.w3.org/TR/fetch-metadata/, RFC 6454).
 */
export const refuseCrossSite: MiddlewareHandler<AppEnvironment> = async (c, next) => {
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const isOurs =
    site === undefined
      ? origin === undefined || URL.parse(origin)?.host === new URL(c.req.url).host
      : site === 'same-origin' || site === 'none';
  if (isOurs) return next();
  return answerProblem(c, 'cross_site_request', 'a page of another site must not do this');
};
