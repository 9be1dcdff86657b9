import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promise } from '../broken-promise.ts';

/** A connection that may be reset at any time without being an error of ours. */
async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** Opens many connections, some at a time: the queue of new connections is short. */
async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const batch = Math.min(200, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, () => open(port)))));
  }
  return sockets;
}

/**
 * Clients that send one byte now and then and never come to an end. Each has to be cut off.
 *
 * @param opening what they say at once before they become slow
 * @param limit milliseconds after which the last one must be gone
 */
export async function dribble(
  port: number,
  opening: string,
  count: number,
  limit: number,
): Promise<void> {
  const sockets = await openMany(port, count);
  for (const socket of sockets) {
    socket.write(opening);
    socket.resume();
  }
  const deadline = performance.now() + limit;
  while (performance.now() < deadline && sockets.some(({ closed }) => !closed)) {
    for (const socket of sockets) if (socket.writable) socket.write('a');
    await delay(100);
  }
  const left = sockets.filter(({ closed }) => !closed);
  for (const socket of left) socket.destroy();
  promise(
    left.length === 0,
    `slow clients cut off within ${limit} ms`,
    () => `${left.length} are left`,
  );
}

/** Connections that were used once and then stay, until the caller lets them go. */
export async function openIdle(port: number, count: number): Promise<() => void> {
  const sockets = await openMany(port, count);
  const answers = sockets.map((socket) =>
    Promise.race([once(socket, 'data'), once(socket, 'close')]),
  );
  for (const socket of sockets) socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await Promise.all(answers);
  const closed = sockets.filter(({ destroyed }) => destroyed).length;
  promise(closed === 0, `${count} idle connections are kept`, () => `${closed} were closed`);
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** Clients that ask for a lot over one connection each and read none of it. */
export async function openDeaf(
  port: number,
  token: string,
  count: number,
  requests: number,
): Promise<() => void> {
  const sockets = await openMany(port, count);
  const request = `GET /v1/parts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  for (const socket of sockets) {
    socket.pause();
    socket.write(request.repeat(requests));
  }
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}
