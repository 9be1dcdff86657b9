import { z } from 'zod';
import { setHeader } from '../answer.ts';
import type { ApiMiddleware } from './api-middleware.ts';

/** Tells browsers to take an answer as what it says it is, and to keep it from others. An endpoint may say otherwise. */
export function securityHeaders(): ApiMiddleware {
  return {
    paths: ['*'],
    answerHeaders: {
      'X-Content-Type-Options': z.literal('nosniff').meta({
        description: 'The answer is what it says it is.',
      }),
      'Cache-Control': z.string().meta({
        description: 'How long the answer may be kept.',
        examples: ['private, no-cache'],
      }),
    },
    async handle(c, next) {
      setHeader(c, 'X-Content-Type-Options', 'nosniff');
      setHeader(c, 'Cache-Control', 'private, no-cache');
      return next();
    },
  };
}
