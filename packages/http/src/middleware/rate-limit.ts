import { z } from 'zod';
import { setHeader } from '../answer.ts';
import { answerProblem } from '../problem/answer-problem.ts';
import type { ApiMiddleware } from './api-middleware.ts';

/** How many requests are served; the rest is answered with 429. */
export interface RateLimit {
  /** Requests a second, in the long run. */
  readonly rate: number;
  /** Requests that may come at once after a pause. */
  readonly burst: number;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
}

const policyHeader = z
  .string()
  .regex(/^"default";q=[0-9]+;w=[0-9]+$/)
  .optional()
  .describe('The quota `q`, there again in full after `w` seconds.');

const limitHeader = z
  .string()
  .regex(/^"default";r=[0-9]+;t=[0-9]+$/)
  .optional()
  .describe('Requests `r` that are left, and the seconds `t` to one more.');

/**
 * Limits the requests that get here with a token bucket. It stands behind the
 * authentication, so requests without the token take nothing from those with it;
 * there is one token, hence one bucket.
 *
 * The headers follow draft-ietf-httpapi-ratelimit-headers-11: the quota `q` is there
 * again in full after `w` seconds; `r` requests are left, and the next one more in `t` seconds.
 */
export function rateLimit({ rate, burst, now }: RateLimit): ApiMiddleware {
  const policy = `"default";q=${burst};w=${Math.ceil(burst / rate)}`;
  let tokens = burst;
  let filledAt = now();

  return {
    paths: ['/v1/*'],
    answerHeaders: { 'RateLimit-Policy': policyHeader, RateLimit: limitHeader },
    problems: ['rate_limited'],
    async handle(c, next) {
      const time = now();
      tokens = Math.min(burst, tokens + ((time - filledAt) * rate) / 1000);
      filledAt = time;
      const isAllowed = tokens >= 1;
      if (isAllowed) tokens -= 1;

      const secondsToNext = Math.max(1, Math.ceil((1 - (tokens % 1)) / rate));
      setHeader(c, 'RateLimit-Policy', policy);
      setHeader(c, 'RateLimit', `"default";r=${Math.floor(tokens)};t=${secondsToNext}`);
      if (isAllowed) return next();
      return answerProblem(c, 'rate_limited', `up to ${rate} requests a second are served`, {
        'Retry-After': String(secondsToNext),
      });
    },
  };
}
