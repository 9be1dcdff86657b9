import type { Hono } from 'hono';
import { methodNotAllowed as honoMethodNotAllowed } from 'hono/method-not-allowed';
import type { AppEnvironment } from '../context.ts';
import { answerProblem } from '../problem/answer-problem.ts';
import type { ApiMiddleware } from './api-middleware.ts';

/** Answers 405 with the methods that a path knows, where no route has the method. */
export function methodNotAllowed(app: Hono<AppEnvironment>): ApiMiddleware {
  return {
    paths: ['*'],
    handle: honoMethodNotAllowed({
      app,
      onMethodNotAllowed(c, methods) {
        const allow = methods.join(', ');
        return answerProblem(c, 'method_not_allowed', `allowed here: ${allow}`, { Allow: allow });
      },
    }),
  };
}
