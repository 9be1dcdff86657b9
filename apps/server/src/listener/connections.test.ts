import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { waitUntil } from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { trackConnections } from './connections.ts';

const MEGABYTE = 2 ** 20;

test('the connections with most unread answers are closed when all together hold too much', async () => {
  const large = Buffer.alloc(5 * MEGABYTE);
  const responses = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    responses.add(response);
    const body = request.url === '/large' ? large : 'small';
    expect(admit(response, () => void response.end(body))).toBe(true);
  });
  const { admit } = trackConnections(server, 50 * MEGABYTE);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const sumUnread = () =>
    [...responses]
      .filter(({ req }) => !req.socket.destroyed)
      .reduce((sum, { writableLength }) => sum + writableLength, 0);

  for (let opened = 0; opened < 20; opened += 1) {
    const socket = connect(port, '127.0.0.1').pause();
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(4));
  }
  await expect.poll(() => responses.size).toBe(20 * 4);

  await waitUntil('at most 50 MB are unread', async () => {
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('small');
    return sumUnread() <= 50 * MEGABYTE;
  });
  expect(sumUnread()).toBeGreaterThan(0);
});
