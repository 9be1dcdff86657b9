import { cors } from 'hono/cors';
import { z } from 'zod';
import type { ApiMiddleware } from './api-middleware.ts';

/**
 * Lets pages of these origins use `/v1` (https://fetch.spec.whatwg.org/#http-cors-protocol). They send
 * the token themselves, so cookies stay out of it.
 */
export function crossOrigin(origins: readonly string[]): ApiMiddleware {
  return {
    paths: ['/v1/*'],
    answerHeaders: {
      'Access-Control-Allow-Origin': z
        .string()
        .optional()
        .meta({ description: 'The origin of the page that may read the answer.' }),
      'Access-Control-Expose-Headers': z
        .string()
        .optional()
        .meta({ description: 'The headers that a page of another origin may read.' }),
      Vary: z
        .string()
        .optional()
        .meta({ description: 'What else of the request decides on the answer.' }),
    },
    handle: cors({
      origin: [...origins],
      allowMethods: ['GET', 'HEAD', 'POST', 'PATCH'],
      allowHeaders: [
        'Authorization',
        'Content-Type',
        'Idempotency-Key',
        'If-Match',
        'If-None-Match',
        'Last-Event-ID',
        'X-Request-Id',
      ],
      exposeHeaders: [
        'ETag',
        'Idempotent-Replayed',
        'Link',
        'Location',
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'X-Request-Id',
      ],
      // Ten minutes: browsers keep it no longer than two hours, and a change of the list should count soon.
      maxAge: 600,
    }),
  };
}
