import type { RequestObserver } from './observe-requests.ts';

/** The part of a structured logger that is used; pino's fits. */
export interface RequestLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One line for each request. */
export function requestLog(log: RequestLog): RequestObserver {
  return { end: (request) => log.info(request, 'request') };
}
