import { answerProblem } from '../problem/answer-problem.ts';
import type { ApiMiddleware } from './api-middleware.ts';

/**
 * Names that no stranger can own: IP addresses, names without a dot, and the top-level domains
 * that are reserved for local use (RFC 6761, RFC 6762, RFC 8375, .internal by ICANN) or used so.
 */
const LOCAL_NAME =
  /^(?:\[.*\]|\d+(?:\.\d+){3}|[^.]+|.+\.(?:localhost|local|internal|lan|test|home\.arpa))\.?$/;

/**
 * Serves only names that no stranger can own, while the token is public. A
 * stranger could let a name lead to this server (DNS rebinding), and a page of that name would
 * then be of the same origin.
 */
export function localHosts(): ApiMiddleware {
  let lastAdmitted: string | undefined;

  return {
    paths: ['/v1/*', '/debug/*'],
    problems: ['untrusted_host'],
    async handle(c, next) {
      const host = c.req.header('Host') ?? new URL(c.req.url).host;
      // Clients name the same host again and again.
      if (host === lastAdmitted) return next();
      if (!LOCAL_NAME.test(URL.parse(`http://${host}`)?.hostname ?? '')) {
        return answerProblem(c, 'untrusted_host');
      }
      lastAdmitted = host;
      return next();
    },
  };
}
