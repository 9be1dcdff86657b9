import { hash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { AppEnvironment } from './environment.ts';
import { answerProblem } from './problem.ts';

const CHALLENGE = 'Bearer realm="parts"';

/**
 * Lets a request pass that carries `Authorization: Bearer <token>` (RFC 6750); the
 * scheme's name counts in any case. The time that the comparison takes does not
 * depend on how much of the token is right, since digests are compared.
 */
export function bearerAuth(token: string): MiddlewareHandler<AppEnvironment> {
  const expected = sha256(Buffer.from(token, 'utf8'));

  return async function bearerAuth(c, next) {
    const [, offered] = /^bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '') ?? [];
    if (offered === undefined) {
      return answerProblem(c, 'unauthorized', 'send the header Authorization: Bearer <token>', {
        'WWW-Authenticate': CHALLENGE,
      });
    }
    // A header's value is a string of bytes, of which each became one character.
    if (!timingSafeEqual(sha256(Buffer.from(offered, 'latin1')), expected)) {
      return answerProblem(c, 'unauthorized', 'the token is not the right one', {
        'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"`,
      });
    }
    return next();
  };
}

function sha256(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}
