import type { RequestObserver } from './observe-requests.ts';

/** The part of a structured logger that is used; pino's fits. */
export interface RequestLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const PROBES = new Set(['/healthz', '/readyz']);

/** One line for each request; at level debug for a probe that finds nothing, since a supervisor sends one every few seconds. */
export function requestLog(log: RequestLog): RequestObserver {
  return {
    end(request) {
      const isQuiet = request.status < 400 && PROBES.has(request.route);
      log[isQuiet ? 'debug' : 'info'](request, 'request');
    },
  };
}
