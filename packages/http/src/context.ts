import type { Writable } from 'node:stream';
import type { Context } from 'hono';
import type { Caller } from './identity/tokens.ts';

/** What is in Hono's context. */
export interface AppEnvironment {
  /** What the server gives beside a request; @hono/node-server does. */
  Bindings: {
    /** Node's response. */
    readonly outgoing?: Writable;
  };
  /** What the middlewares put there. */
  Variables: {
    /** Set by the first middleware; every handler can rely on it. */
    requestId: string;
    /** Of the answer, whatever it will be. */
    headers: Record<string, string>;
    /** Set below `/v1`, by the authentication. */
    caller: Caller;
  };
}

export type AppContext = Context<AppEnvironment>;
