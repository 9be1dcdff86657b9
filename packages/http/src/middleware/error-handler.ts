import { PartsError } from '@parts/core';
import type { ErrorHandler } from 'hono';
import type { AppEnvironment } from '../context.ts';
import { formatEntityTag } from '../inputs/entity-tag.ts';
import { answerProblem } from '../problem/answer-problem.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { PROBLEMS } from '../problem/problems.ts';
import type { RequestLog } from './request-log.ts';

/** Answers what the handlers throw. A client sees the message of expected errors only; the log sees everything. */
export function errorHandler(log: RequestLog): ErrorHandler<AppEnvironment> {
  return function errorHandler(error, c) {
    const code = codeOf(error, c.req.raw.signal.aborted);
    // A ProblemError is a refusal that the app decided on, not a failure.
    if (PROBLEMS[code].status >= 500 && !(error instanceof ProblemError)) {
      log.error({ request_id: c.get('requestId'), err: error }, 'request failed');
    }
    const detail = code === 'internal_error' ? PROBLEMS[code].detail : error.message;
    return answerProblem(c, code, detail, headersOf(error), membersOf(error));
  };
}

function headersOf(error: Error): Readonly<Record<string, string>> {
  if (error instanceof ProblemError) return error.headers;
  const version = error instanceof PartsError ? error.currentVersion : undefined;
  return version ? { ETag: formatEntityTag(version) } : {};
}

/** Extension members of the problem (RFC 9457, section 3.2). */
function membersOf(error: Error) {
  if (!(error instanceof PartsError)) return {};
  const { partId: part_id, errors } = error;
  return { ...(part_id !== undefined && { part_id }), ...(errors && { errors }) };
}

function codeOf(error: Error, clientIsGone: boolean) {
  if (error instanceof PartsError || error instanceof ProblemError) return error.code;
  // Reading the body of a client that hung up fails; that is not our fault.
  return clientIsGone ? 'cancelled' : 'internal_error';
}
