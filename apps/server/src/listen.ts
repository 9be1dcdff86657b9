import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';

/**
 * Node accepts one connection of a listening socket in each turn of the event loop. While 256
 * clients keep it busy a turn takes 20 ms, and the last of as many new clients waited for 6 s.
 */
const SOCKETS = 16;

/** An open port. */
export interface OpenPort {
  readonly number: number;
  /** Takes no new connections. Fulfils when every connection has ended. */
  close(): Promise<void>;
}

/**
 * Listens on a port with several sockets, among which the kernel divides new connections
 * (SO_REUSEPORT, https://man7.org/linux/man-pages/man7/socket.7.html); elsewhere than on Linux
 * with one.
 *
 * @param port 0 for one that is free
 * @param host undefined for all addresses of the machine
 * @throws Error of the operating system, such as EADDRINUSE
 */
export async function listen(
  server: HttpServer,
  port: number,
  host: string | undefined,
): Promise<OpenPort> {
  if (process.platform !== 'linux') return openPort(await open(server, port, { host }), [server]);
  // Whoever shares a port shares it with everybody who asks: only one that does not share it
  // finds out that another server has it.
  const trial = createServer();
  const number = await open(trial, port, { host });
  await openPort(number, [trial]).close();
  const others = Array.from({ length: SOCKETS - 1 }, () =>
    // The options are those of an HTTP server.
    createServer({ allowHalfOpen: true, noDelay: true }, (connection) =>
      server.emit('connection', connection),
    ),
  );
  const servers = [server, ...others];
  const openings = await Promise.allSettled(
    servers.map((each) => open(each, number, { host, reusePort: true })),
  );
  const failure = openings.find((opening) => opening.status === 'rejected');
  const openedPort = openPort(number, servers);
  if (failure) {
    // Sockets that are left open would keep the process, which can't serve, from ending.
    await openedPort.close();
    throw failure.reason;
  }
  return openedPort;
}

/** @returns the number of the port */
async function open(server: Server, port: number, options: ListenOptions): Promise<number> {
  server.listen({ ...options, port });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function openPort(number: number, servers: readonly Server[]): OpenPort {
  return {
    number,
    async close() {
      const closed = servers.map((server) => once(server, 'close'));
      for (const server of servers) server.close();
      await Promise.all(closed);
    },
  };
}
