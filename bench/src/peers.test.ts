import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLaboratory } from './laboratory.ts';
import { TOKEN } from './server-process.ts';

/** The peers are worth a comparison only while they do what the product does. */
test.for(['floor', 'usual'] as const)('%s answers as the product does', async (peer) => {
  const directory = mkdtempSync(join(tmpdir(), 'parts-bench-test-'));
  const laboratory = openLaboratory(directory, { rounds: 1, seconds: 0.1 });
  onTestFinished(async () => {
    await laboratory.close();
    rmSync(directory, { recursive: true });
  });
  // More parts than the floor puts into one page.
  const size = { parts: 1200, auditEntries: 0 };
  const servers = [await laboratory.start('product', size), await laboratory.start(peer, size)];

  async function answers(method: string, path: string, body: string | null, token = TOKEN) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return Promise.all(
      servers.map(async ({ url }) => {
        const response = await fetch(url + path, { method, headers, body });
        const isError = response.status >= 400;
        const value: unknown = await response.json();
        return { status: response.status, value: isError ? 'an error' : withoutTimes(value) };
      }),
    );
  }

  const status = '/v1/parts/7/status';
  for (const [method, path, body, expected] of [
    ['GET', '/v1/parts', null, 200],
    ['GET', '/v1/parts/7', null, 200],
    ['PATCH', status, '{"status":"Approved"}', 200],
    ['PATCH', status, '{"status":"Draft"}', 200],
    ['GET', '/v1/parts/7', null, 200],
    ['GET', '/v1/parts/9999', null, 404],
    ['PATCH', '/v1/parts/9999/status', '{"status":"Draft"}', 404],
    ['PATCH', status, '{"status":"draft"}', 400],
    ['PATCH', status, '{', 400],
  ] as const) {
    const [product, other] = await answers(method, path, body);
    expect(product?.status, `${method} ${path}`).toBe(expected);
    expect(other, `${method} ${path}`).toEqual(product);
  }
  const [product, other] = await answers('GET', '/v1/parts/7', null, 'bench-tokem');
  expect(product?.status).toBe(401);
  expect(other).toEqual(product);
  // The log is written in the background.
  await vi.waitFor(() => {
    const log = readFileSync(servers[1]?.launch.logFile ?? '', 'utf8');
    expect(log.split('\n').filter((line) => line.includes(status))).toHaveLength(4);
  }, 20_000);
});

/** The time of a change differs from server to server. */
function withoutTimes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/"updated_at":"[^"]+"/g, '"updated_at":""'));
}
