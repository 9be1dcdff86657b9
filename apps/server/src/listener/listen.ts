import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Listens on a port, with one socket that no other program can share.
 *
 * @param port 0 for one that is free
 * @param host undefined for all addresses of the machine
 * @returns the number of the port
 * @throws Error of the operating system, such as EADDRINUSE
 */
export async function listen(server: Server, port: number, host?: string): Promise<number> {
  server.listen({ port, host });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
