import { z } from 'zod';
import type { ApiMiddleware } from './api-middleware.ts';

/** Ids that are safe to log, to store and to send back: 1 to 128 visible characters without quotes. */
const SAFE_ID = /^[\w.:/+=@~-]{1,128}$/;

export const EXAMPLE_REQUEST_ID = '1f6e9a52-6d0f-4c8e-9a55-2f1f7f0b7c11';

const usedId = z
  .string()
  .regex(SAFE_ID)
  .meta({
    description: 'Id of the request, as in the log and in the audit.',
    examples: [EXAMPLE_REQUEST_ID],
  });

const offeredId = usedId.meta({
  description: 'Becomes the id of the request. One that does not fit is replaced.',
});

/** Gives each request an id: the client's `X-Request-Id` when it is safe, else a new one. It is always sent back. */
export function requestId(newRequestId: () => string): ApiMiddleware {
  return {
    paths: ['*'],
    headers: { 'X-Request-Id': { schema: offeredId } },
    answerHeaders: { 'X-Request-Id': usedId },
    async handle(c, next) {
      const offered = c.req.header('X-Request-Id');
      const id = offered !== undefined && SAFE_ID.test(offered) ? offered : newRequestId();
      c.set('requestId', id);
      c.set('headers', { 'X-Request-Id': id });
      return next();
    },
  };
}
