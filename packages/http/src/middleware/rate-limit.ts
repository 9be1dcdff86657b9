import { z } from 'zod';
import { setHeader } from '../answer.ts';
import type { Identity } from '../identity/tokens.ts';
import { answerProblem } from '../problem/answer-problem.ts';
import type { ApiMiddleware } from './api-middleware.ts';

/** How many requests of a token are served; the rest is answered with 429. */
export interface RateLimit {
  /** Requests a second, in the long run. */
  readonly rate: number;
  /** Requests that may come at once after a pause. */
  readonly burst: number;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
}

interface Bucket {
  /** Requests that may come now, with a fraction. */
  readonly left: number;
  readonly filledAt: number;
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
 * Limits the requests of each token, with a bucket that fills up again. It stands behind the
 * authentication, so there are as many buckets as tokens that are let in; one goes with its token.
 *
 * The headers follow draft-ietf-httpapi-ratelimit-headers-11: the quota `q` is there
 * again in full after `w` seconds; `r` requests are left, and the next one more in `t` seconds.
 */
export function rateLimit({ rate, burst, now }: RateLimit): ApiMiddleware {
  const policy = `"default";q=${burst};w=${Math.ceil(burst / rate)}`;
  const buckets = new WeakMap<Identity, Bucket>();

  return {
    paths: ['/v1/*'],
    answerHeaders: { 'RateLimit-Policy': policyHeader, RateLimit: limitHeader },
    problems: ['rate_limited'],
    async handle(c, next) {
      const { identity } = c.get('caller');
      const time = now();
      const bucket = buckets.get(identity) ?? { left: burst, filledAt: time };
      const left = Math.min(burst, bucket.left + ((time - bucket.filledAt) * rate) / 1000);
      const isAllowed = left >= 1;
      buckets.set(identity, { left: isAllowed ? left - 1 : left, filledAt: time });

      const secondsToNext = Math.max(1, Math.ceil((1 - (left % 1)) / rate));
      setHeader(c, 'RateLimit-Policy', policy);
      setHeader(
        c,
        'RateLimit',
        `"default";r=${Math.floor(isAllowed ? left - 1 : left)};t=${secondsToNext}`,
      );
      if (isAllowed) return next();
      return answerProblem(c, 'rate_limited', `up to ${rate} requests a second are served`, {
        'Retry-After': String(secondsToNext),
      });
    },
  };
}
