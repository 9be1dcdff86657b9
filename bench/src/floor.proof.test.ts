import { readFileSync } from 'node:fs';
import { createTemporaryDirectory, waitUntil } from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openBench } from './bench.ts';

test('the floor is worth a comparison: it answers as the product does', async () => {
  const bench = openBench(await createTemporaryDirectory(), { rounds: 1, seconds: 0.1 });
  onTestFinished(bench.close);
  // More parts than the floor puts into one page.
  const size = { parts: 1200, auditEntries: 0 };
  const product = await bench.start({ program: 'product', size });
  const floor = await bench.start({ program: 'floor', size });

  async function answers(method: string, path: string, body?: string, token = product.token) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const init = { method, headers, ...(body && { body }) };
    return Promise.all(
      [product, floor].map(async (server) => {
        const response = await server.request(path, init);
        // The time of a change differs from server to server, and so do the words of an error.
        const text = (await response.text()).replaceAll(/"updated_at":"[^"]*"/g, '"updated_at":""');
        return [response.status, response.ok && JSON.parse(text)];
      }),
    );
  }

  const status = '/v1/parts/7/status';
  const cases: readonly (readonly [number, string, string, string?, (string | undefined)?])[] = [
    [200, 'GET', '/v1/parts'],
    [200, 'GET', '/v1/parts/7'],
    [200, 'PATCH', status, '{"status":"Approved"}'],
    [200, 'PATCH', status, '{"status":"Draft"}'],
    [200, 'GET', '/v1/parts/7'],
    [404, 'GET', '/v1/parts/9999'],
    [404, 'PATCH', '/v1/parts/9999/status', '{"status":"Draft"}'],
    [400, 'PATCH', status, '{"status":"draft"}'],
    [400, 'PATCH', status, '{'],
    [401, 'GET', '/v1/parts/7', '', 'bench-tokem'],
  ];
  for (const [expected, ...request] of cases) {
    const [ours, theirs] = await answers(...request);
    expect(ours?.[0], request.join(' ')).toBe(expected);
    expect(theirs, request.join(' ')).toEqual(ours);
  }
  await waitUntil('a log line for each change', () => {
    const log = readFileSync(floor.logFile, 'utf8');
    return log.split('\n').filter((line) => line.includes(status)).length === 4;
  });
});
