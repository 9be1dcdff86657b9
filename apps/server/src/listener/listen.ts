import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';

/** An open port. */
export interface OpenPort {
  readonly number: number;
  /** Takes no new connections. Fulfils when every connection has ended. */
  close(): Promise<void>;
}

/**
 * Listens on a port, with one socket that no other program can share.
 *
 * @param port 0 for one that is free
 * @param host undefined for all addresses of the machine
 * @throws Error of the operating system, such as EADDRINUSE
 */
export async function listen(
  server: Server,
  port: number,
  host: string | undefined,
): Promise<OpenPort> {
  server.listen({ port, host });
  await once(server, 'listening');
  return {
    number: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      // HTTP's own close hangs up on clients whose next request is on its way.
      NetServer.prototype.close.call(server);
      await closed;
    },
  };
}
