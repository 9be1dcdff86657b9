import type { Role } from './role.ts';

// What a client has to do to be let in (RFC 6750, section 3).

/** For a request without a token. */
export const CHALLENGE = 'Bearer realm="parts"';

/** For a token that is unknown or has expired. */
export const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`;

/** For a token whose role allows too little. */
export function insufficientScope(needed: Role): string {
  return `${CHALLENGE}, error="insufficient_scope", scope="${needed}"`;
}
