import type { AppContext } from '../context.ts';
import { ProblemError } from '../problem/problem-error.ts';

/**
 * Refuses what a browser sends from a page of another site. What changes something without a
 * token calls it: such a page can send a POST without asking the server first. Tools send
 * neither of the headers (https://www.w3.org/TR/fetch-metadata/, RFC 6454).
 *
 * @throws ProblemError `cross_site_request`
 */
export function refuseCrossSite(c: AppContext): void {
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const isOurs =
    site === undefined
      ? origin === undefined || URL.parse(origin)?.host === new URL(c.req.url).host
      : site === 'same-origin' || site === 'none';
  if (!isOurs) throw new ProblemError('cross_site_request');
}
