import { CHALLENGE, INVALID_TOKEN } from '../identity/challenge.ts';
import { digestToken, type Tokens } from '../identity/tokens.ts';
import { answerProblem } from '../problem/answer-problem.ts';
import type { ApiMiddleware } from './api-middleware.ts';

/**
 * Lets a request pass that carries `Authorization: Bearer <token>` (RFC 6750) with one of
 * the tokens; the scheme's name counts in any case.
 */
export function bearerAuth(tokens: Tokens): ApiMiddleware {
  return {
    paths: ['/v1/*'],
    needsToken: true,
    problems: ['unauthorized'],
    async handle(c, next) {
      const [, offered] = /^bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '') ?? [];
      if (offered === undefined) {
        return answerProblem(c, 'unauthorized', undefined, { 'WWW-Authenticate': CHALLENGE });
      }
      const digest = digestToken(offered);
      const identity = tokens.find(digest);
      if (!identity) {
        return answerProblem(c, 'unauthorized', 'the token is not the right one', {
          'WWW-Authenticate': INVALID_TOKEN,
        });
      }
      c.set('caller', { identity, findIdentity: () => tokens.find(digest) });
      return next();
    },
  };
}
