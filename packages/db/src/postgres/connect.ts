import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import type { Hosts } from './hosts.ts';

/** No host takes writes. The message says for each why not, and holds no password. */
export class NoPrimaryError extends Error {
  override readonly name = 'NoPrimaryError';
  constructor(reasons: readonly (readonly [host: string, reason: unknown])[]) {
    super(reasons.map(([host, reason]) => `${host}: ${messageOf(reason)}`).join('; '));
  }
}

/**
 * Connects to the first host that takes writes.
 *
 * @throws NoPrimaryError
 */
export async function connect(hosts: Hosts, options: ConnectionOptions): Promise<Connection> {
  const reasons: [string, unknown][] = [];
  for (const url of [...hosts.urls]) {
    try {
      const connection = await openConnection(url, options, hosts.database);
      hosts.prefer(url);
      return connection;
    } catch (error) {
      reasons.push([new URL(url).host, error]);
    }
  }
  throw new NoPrimaryError(reasons);
}

function messageOf(reason: unknown): string {
  if (reason instanceof AggregateError) return reason.errors.map(messageOf).join(', ');
  return reason instanceof Error ? reason.message : String(reason);
}
