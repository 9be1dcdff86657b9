import type { MiddlewareHandler } from 'hono';
import type { AppEnvironment } from './environment.ts';
import { answerProblem } from './problem.ts';

/**
 * Names that no stranger can own: IP addresses, names without a dot, and the top-level domains
 * that are reserved for local use (RFC 6761, RFC 6762, RFC 8375, .internal by ICANN) or used so.
 */
const LOCAL_NAME =
  /^(?:\[.*\]|\d+(?:\.\d+){3}|[^.]+|.+\.(?:localhost|local|internal|lan|test|home\.arpa))\.?$/;

/**
 * Serves only names that no stranger can own, while the token is one that everybody knows. A
 * stranger could let a name lead to this server (DNS rebinding), and a page of that name would
 * then be of the same origin.
 */
export function refuseForeignHosts(): MiddlewareHandler<AppEnvironment> {
  let lastAdmitted: string | undefined;

  return async function refuseForeignHosts(c, next) {
    const host = c.req.header('Host') ?? new URL(c.req.url).host;
    // Clients name the same host again and again.
    if (host === lastAdmitted) return next();
    if (!LOCAL_NAME.test(URL.parse(`http://${host}`)?.hostname ?? '')) {
      const detail = 'under this host name the server needs a token of its own: set AUTH_TOKEN';
      return answerProblem(c, 'untrusted_host', detail);
    }
    lastAdmitted = host;
    return next();
  };
}
