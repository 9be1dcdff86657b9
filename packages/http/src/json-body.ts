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

/** Refuses the bytes that are not UTF-8, instead of replacing them by U+FFFD. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the body as JSON, whatever type Content-Type names: clients forget that header.
 *
 * @throws RequestError `unsupported_media_type` or `malformed_body`
 */
export async function readJsonBody(c: Context): Promise<unknown> {
  refuseOtherEncodings(c);
  const text = decodeUtf8(await c.req.arrayBuffer());
  if (text === '') throw new RequestError('malformed_body', 'the body is empty; it must be JSON');
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('malformed_body', 'the body is not valid JSON');
  }
}

function decodeUtf8(bytes: ArrayBuffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new RequestError('malformed_body', 'the body is not valid UTF-8');
  }
}

function refuseOtherEncodings(c: Context): void {
  const coding = c.req.header('Content-Encoding') ?? 'identity';
  const [, charset = 'utf-8'] =
    /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(c.req.header('Content-Type') ?? '') ?? [];
  if (/^(identity)?$/i.test(coding) && /^utf-?8$/i.test(charset)) return;
  throw new RequestError(
    'unsupported_media_type',
    'the body must be UTF-8, without a Content-Encoding such as gzip',
  );
}
