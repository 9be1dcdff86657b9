import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';

/** Gets what one side sends; gives what the other side receives, or undefined to cut the connection. */
export type Filter = (
  chunk: Buffer,
  from: 'client' | 'server',
) => Buffer | undefined | Promise<Buffer | undefined>;

/**
 * Opens a TCP proxy for the time of the test.
 *
 * @param findPorts where a new connection may go; the first one that takes it gets it
 * @returns its port
 */
export async function openProxy(
  findPorts: () => readonly number[],
  filter: Filter = (chunk) => chunk,
): Promise<number> {
  const open = new Set<Socket>();

  async function serve(client: Socket): Promise<void> {
    const server = await connectToFirst(findPorts());
    const pass = (from: 'client' | 'server', source: Socket, target: Socket) =>
      pipeline(
        source,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            const passed = await filter(chunk, from);
            if (!passed) throw new Error('cut');
            yield passed;
          }
        },
        target,
      );
    open.add(client).add(server);
    await Promise.all([pass('client', client, server), pass('server', server, client)]).finally(
      () => {
        for (const socket of [client, server]) {
          socket.destroy();
          open.delete(socket);
        }
      },
    );
  }

  const proxy = createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => {});
    // However a connection ends, the client sees it.
    serve(client).catch(() => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    proxy.close();
  });
  return (proxy.address() as AddressInfo).port;
}

async function connectToFirst(ports: readonly number[]): Promise<Socket> {
  for (const port of ports) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      // The next one may take it.
    }
  }
  throw new Error(`none of ${ports.join()} takes connections`);
}
