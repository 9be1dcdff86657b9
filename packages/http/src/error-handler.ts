import { PartsError } from '@parts/core';
import type { ErrorHandler } from 'hono';
import { entityTag } from './entity-tag.ts';
import type { AppEnvironment } from './environment.ts';
import { answerProblem, PROBLEMS } from './problem.ts';
import { RequestError } from './request-error.ts';
import type { RequestLog } from './request-log.ts';

/** Answers what the routes throw. A client sees the message of expected errors only; the log sees everything. */
export function errorHandler(log: RequestLog): ErrorHandler<AppEnvironment> {
  return function errorHandler(error, c) {
    const code = codeOf(error, c.req.raw.signal.aborted);
    if (PROBLEMS[code].status >= 500) {
      log.error({ request_id: c.get('requestId'), err: error }, 'request failed');
    }
    const detail =
      code === 'internal_error' ? 'the log has the details under this request id' : error.message;
    const version = error instanceof PartsError ? error.currentVersion : undefined;
    return answerProblem(c, code, detail, version ? { ETag: entityTag({ version }) } : {});
  };
}

function codeOf(error: Error, clientIsGone: boolean) {
  if (error instanceof PartsError || error instanceof RequestError) return error.code;
  // Reading the body of a client that hung up fails; that is not our fault.
  return clientIsGone ? 'cancelled' : 'internal_error';
}
