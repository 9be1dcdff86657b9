import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { AppEnvironment } from './environment.ts';
import { answerProblem } from './problem.ts';
import { RequestError } from './request-error.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** Refuses larger bodies, whether their length is announced or not. */
export const limitBody: MiddlewareHandler<AppEnvironment> = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) =>
    answerProblem(c, 'payload_too_large', `a body may have up to ${MAX_BODY_BYTES} bytes`),
});

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
