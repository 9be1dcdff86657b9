import { digestToken, type Identity, type Tokens } from '../identity/tokens.ts';

/** Tokens that a test gives and takes away. */
export interface NamedTokens extends Tokens {
  set(token: string, identity: Identity | undefined): void;
}

/** @param identities by token */
export function namedTokens(identities: Readonly<Record<string, Identity>>): NamedTokens {
  const known = new Map<string, Identity>();
  function set(token: string, identity: Identity | undefined): void {
    if (identity) known.set(digestToken(token), identity);
    else known.delete(digestToken(token));
  }
  for (const [token, identity] of Object.entries(identities)) set(token, identity);
  return { set, find: (digest) => known.get(digest) };
}

/** Two approvers, an editor and a reader, whose tokens are their names. */
export const TEAM = {
  ada: { name: 'ada', role: 'approver' },
  bob: { name: 'bob', role: 'approver' },
  eve: { name: 'eve', role: 'editor' },
  kicad: { name: 'kicad', role: 'reader' },
} as const;

/** The header with somebody's token. */
export const as = (token: string) => ({ Authorization: `Bearer ${token}` });
