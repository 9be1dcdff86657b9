import { timingSafeEqual } from 'node:crypto';
import { answerProblem } from '../problem/answer-problem.ts';
import type { ApiMiddleware } from './api-middleware.ts';

const CHALLENGE = 'Bearer realm="parts"';

/**
 * Lets a request pass that carries `Authorization: Bearer <token>` (RFC 6750); the
 * scheme's name counts in any case. The time that the comparison takes does not
 * depend on how much of the token is right.
 */
export function bearerAuth(token: string): ApiMiddleware {
  const expected = Buffer.from(token, 'utf8');
  // Digests would have equal lengths by themselves, but cost 8% of the CPU time of a GET.
  const compared = Buffer.alloc(expected.length);

  /** A header's value is a string of bytes, of which each became one character. */
  function isRight(offered: string): boolean {
    compared.fill(0).write(offered, 'latin1');
    return timingSafeEqual(compared, expected) && offered.length === expected.length;
  }

  return {
    paths: ['/v1/*'],
    needsToken: true,
    problems: ['unauthorized'],
    async handle(c, next) {
      const [, offered] = /^bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '') ?? [];
      if (offered !== undefined && isRight(offered)) return next();
      return offered === undefined
        ? answerProblem(c, 'unauthorized', undefined, { 'WWW-Authenticate': CHALLENGE })
        : answerProblem(c, 'unauthorized', 'the token is not the right one', {
            'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"`,
          });
    },
  };
}
