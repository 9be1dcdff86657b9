import { z } from 'zod';

// Headers that several endpoints or problems have. Others are declared where they are set.

export const etagHeader = z
  .string()
  .regex(/^"[1-9][0-9]*"$/)
  .meta({ description: 'The version of the part.', examples: ['"2"'] });

export const replayedHeader = z.literal('true').optional().meta({
  description: 'The change had been made before under its key; this is the answer of then.',
});

export const listTagHeader = z
  .string()
  .regex(/^"[0-9a-f]{1,32}-[0-9]+"$/)
  .meta({
    description: 'Changes with every change of any part. A list that is streamed has none.',
    examples: ['"1f0c9e2b7a55-7"'],
  });

const retryAfterHeader = z
  .int()
  .min(1)
  .meta({ description: 'Seconds after which the request may be tried again.', examples: [1] });

const challengeHeader = z
  .string()
  .regex(/^Bearer realm="parts"(, error="(invalid_token|insufficient_scope", scope="[a-z]+)")?$/)
  .meta({ description: 'How to authenticate (RFC 6750).', examples: ['Bearer realm="parts"'] });

/** What comes with every problem of a status. */
export const PROBLEM_HEADERS: Readonly<Record<number, Readonly<Record<string, z.ZodType>>>> = {
  401: { 'WWW-Authenticate': challengeHeader },
  403: { 'WWW-Authenticate': challengeHeader.optional() },
  412: { ETag: etagHeader },
  429: { 'Retry-After': retryAfterHeader },
  503: { 'Retry-After': retryAfterHeader },
};
