import type { ChangeContext } from '@parts/core';
import type { AppContext } from '../context.ts';
import { requireRole } from '../endpoint/require-role.ts';
import type { Role } from '../identity/role.ts';

/**
 * The circumstances of a change, for core. Called right before the change: it demands the role.
 *
 * @param headers the values of those that the endpoint takes
 * @throws ProblemError `unauthorized`, `forbidden`
 */
export function changeContext(
  c: AppContext,
  role: Role,
  headers: {
    readonly 'If-Match'?: ChangeContext['expectedVersions'];
    readonly 'Idempotency-Key'?: ChangeContext['idempotencyKey'];
  } = {},
): ChangeContext {
  const { name } = requireRole(c, role);
  return {
    actor: name ?? undefined,
    requestId: c.get('requestId'),
    signal: c.req.raw.signal,
    expectedVersions: headers['If-Match'],
    idempotencyKey: headers['Idempotency-Key'],
  };
}
