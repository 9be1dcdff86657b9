import type { AppContext } from '../context.ts';

/** One that fits can lead to no other host, and breaks out of no header. */
const PREFIX = /^(\/[A-Za-z0-9._~-]+){1,8}$/;

/**
 * A path of this server as its clients see it: behind the prefix that a proxy took off and names in
 * `X-Forwarded-Prefix`. A prefix of another form counts as none.
 */
export function publicPath(c: AppContext, path: string): string {
  const prefix = c.req.header('X-Forwarded-Prefix');
  return prefix !== undefined && PREFIX.test(prefix) ? prefix + path : path;
}
