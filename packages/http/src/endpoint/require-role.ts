import type { AppContext } from '../context.ts';
import { INVALID_TOKEN, insufficientScope } from '../identity/challenge.ts';
import { includesRole, type Role } from '../identity/role.ts';
import type { Identity } from '../identity/tokens.ts';
import { ProblemError } from '../problem/problem-error.ts';

/**
 * Demands a role of the caller. It looks the token up again: while a body was on its way, the token
 * may have been taken away or its role lowered. So a handler calls it right before it changes something.
 *
 * @returns the caller as it is now
 * @throws ProblemError `unauthorized`, `forbidden`
 */
export function requireRole(c: AppContext, needed: Role): Identity {
  const identity = c.get('caller').findIdentity();
  if (!identity) {
    throw new ProblemError('unauthorized', 'the token is no longer valid', {
      'WWW-Authenticate': INVALID_TOKEN,
    });
  }
  const refusal = findRoleRefusal(identity.role, needed);
  if (refusal) throw refusal;
  return identity;
}

/** Why a role does not allow what needs another one; undefined when it does. */
export function findRoleRefusal(role: Role, needed: Role): ProblemError | undefined {
  if (includesRole(role, needed)) return undefined;
  return new ProblemError(
    'forbidden',
    `this needs the role ${needed}; the role of this token is ${role}`,
    { 'WWW-Authenticate': insufficientScope(needed) },
  );
}
