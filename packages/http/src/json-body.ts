import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppEnvironment } from './environment.ts';
import { answerProblem } from './problem.ts';
import { RequestError } from './request-error.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** Refuses larger bodies, whether their length is announced or not. */
export const limitBody: MiddlewareHandler<AppEnvironment> = (c, next) => {
  const announced = c.req.header('Content-Length');
  if (announced === undefined) return limitUnannounced(c, next);
  // The HTTP parser holds the body to this length. Hono's limit asks for the body as a
  // web stream first, which costs as much as the whole change.
  return Number(announced) > MAX_BODY_BYTES ? refuseBody(c) : next();
};

const limitUnannounced: MiddlewareHandler<AppEnvironment> = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: refuseBody,
});

async function refuseBody(c: Context<AppEnvironment>): Promise<Response> {
  const detail = `a body may have up to ${MAX_BODY_BYTES} bytes`;
  return answerProblem(c, 'payload_too_large', detail);
}

/**
 * Reads the body as JSON, whatever Content-Type says: clients forget that header.
 *
 * @throws RequestError `malformed_body`
 */
export async function readJsonBody(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') throw new RequestError('malformed_body', 'the body is empty; it must be JSON');
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('malformed_body', 'the body is not valid JSON');
  }
}
