import type { MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import type { AppEnvironment } from '../context.ts';
import type { Described } from '../endpoint/input.ts';
import type { ProblemCode } from '../problem/problems.ts';

/** A middleware, with what it adds to the operations in front of which it stands. */
export interface ApiMiddleware {
  readonly paths: readonly ('*' | '/v1/*' | '/debug/*')[];
  readonly handle: MiddlewareHandler<AppEnvironment>;
  /** Headers of a request that it reads. */
  readonly headers?: Described;
  /** Headers that it gives to every answer. */
  readonly answerHeaders?: Readonly<Record<string, z.ZodType>>;
  /** Problems with which it answers. */
  readonly problems?: readonly ProblemCode[];
  readonly needsToken?: boolean;
}
