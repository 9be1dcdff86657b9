import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from './listen.ts';

test.for(['127.0.0.1', undefined])('two servers can not have one port of %s', async (host) => {
  const server = createServer();
  onTestFinished(() => void server.close());
  const port = await listen(server, 0, host);
  await expect(listen(createServer(), port, '127.0.0.1')).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
