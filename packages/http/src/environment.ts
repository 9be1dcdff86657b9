/** What the middlewares put into Hono's context. */
export interface AppEnvironment {
  Variables: {
    /** Set by the first middleware; every handler can rely on it. */
    requestId: string;
    /** Headers of the answer, whatever it will be. */
    headers: Record<string, string>;
  };
}
