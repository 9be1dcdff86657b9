import { hash } from 'node:crypto';
import type { Role } from './role.ts';

/** Whose token a request carries. */
export interface Identity {
  /** Null where tokens have no names. */
  readonly name: string | null;
  readonly role: Role;
}

/** The sender of a request, whose token was let in. */
export interface Caller {
  /** As the headers arrived. */
  readonly identity: Identity;
  /** As it is now; undefined when the token is no longer let in. */
  findIdentity(): Identity | undefined;
}

/** The tokens that are let in. They may change at any time. */
export interface Tokens {
  /**
   * Undefined when the token is unknown or has expired. The same object as long as nothing about the
   * token changes.
   *
   * @param digest see {@link digestToken}
   */
  find(digest: string): Identity | undefined;
}

/**
 * The SHA-256 of a token, in lower-case hexadecimal digits. Tokens are looked up by it: how long that
 * takes says nothing about how much of a token is right.
 *
 * @param token as a header has it: each character is a byte
 */
export function digestToken(token: string): string {
  return hash('sha256', Buffer.from(token, 'latin1'));
}

/** One token for all, without a name, that allows everything. */
export function singleToken(token: string): Tokens {
  const identity: Identity = { name: null, role: 'approver' };
  const known = new Map([[hash('sha256', token), identity]]);
  return { find: (digest) => known.get(digest) };
}
