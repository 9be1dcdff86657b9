import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from './listen.ts';

test.for(['127.0.0.1', undefined])('two servers can not have one port of %s', async (host) => {
  const port = await listen(createServer(), 0, host);
  onTestFinished(port.close);
  await expect(listen(createServer(), port.number, '127.0.0.1')).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
