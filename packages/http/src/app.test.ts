import { hideDatabase } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { shareStorage } from './testing/open-app.ts';
import { expectProblem } from './testing/read-answers.ts';

const openApp = shareStorage({ lockTimeout: 1000 });

describe('a request without a token', () => {
  test('gets a 200 from GET /healthz', async () => {
    const { request } = await openApp();
    const response = await request('/healthz');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.text()).toBe('{"status":"ok"}');
  });

  test('gets a 200 from GET /readyz while a change could be stored, and else the problem of the storage', async () => {
    const { request, database } = await openApp();
    expect(await (await request('/readyz')).json()).toEqual({ status: 'ok' });
    const bringBack = await hideDatabase(database);
    await expectProblem(await request('/readyz'), 503, 'storage_unavailable');
    expect((await request('/healthz')).status).toBe(200);
    await bringBack();
    expect((await request('/readyz')).status).toBe(200);
  });

  test('brings back the first state with POST /debug/reset', async () => {
    const { request, send, changeStatus, readStats } = await openApp();
    const first = await (await send('GET', '/v1/parts')).text();
    await changeStatus(1, { status: 'Rejected' });
    expect(await (await send('GET', '/v1/parts')).text()).not.toBe(first);
    const response = await request('/debug/reset', { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'reset' });
    expect(await (await send('GET', '/v1/parts')).text()).toBe(first);
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('gets the counts of parts and audit entries from GET /debug/stats', async () => {
    const { request, changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft' });
    const response = await request('/debug/stats');
    expect(await response.json()).toMatchObject({ parts_count: 12, audit_count: 1 });
  });

  test('gets a 404 below /debug where the app has none', async () => {
    const { send } = await openApp({ debug: false });
    await expectProblem(await send('POST', '/debug/reset'), 404, 'route_not_found');
    await expectProblem(await send('GET', '/debug/stats'), 404, 'route_not_found');
  });
});

test('every answer tells browsers not to sniff it and caches not to share it', async () => {
  const { send } = await openApp();
  for (const path of ['/healthz', '/v1/parts/1', '/v1/parts/99', '/nowhere']) {
    const { headers } = await send('GET', path);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('private, no-cache');
  }
});

describe('the router', () => {
  test.for([
    '/v2/parts',
    '/docs/unknown',
    '/health',
    '/v1',
    '/v1/part',
    '/v1/parts/1/2',
    '/V1/parts',
    '//v1',
  ])('answers %s by a 404', async (path) => {
    const { send } = await openApp();
    await expectProblem(await send('GET', path), 404, 'route_not_found');
  });

  test.for<[string, string, string]>([
    ['PUT', '/v1/parts', 'GET, HEAD, POST'],
    ['DELETE', '/v1/parts/1', 'GET, HEAD, PATCH'],
    ['GET', '/v1/parts/1/status', 'PATCH'],
    ['PUT', '/v1/parts/1/status', 'PATCH'],
    ['OPTIONS', '/v1/parts', 'GET, HEAD, POST'],
    ['GET', '/debug/reset', 'POST'],
    ['POST', '/debug/stats', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('answers %s %s by a 405 that allows %s', async ([method, path, allow]) => {
    const { send } = await openApp();
    const response = await send(method, path);
    await expectProblem(response, 405, 'method_not_allowed');
    expect(response.headers.get('Allow')).toBe(allow);
  });
});
