import { describe, expect, test } from 'vitest';
import { openApp as openOwnApp, shareStorage, TOKEN } from '../testing/open-app.ts';

const openApp = shareStorage();

describe('the request id', () => {
  test.for(['abc', 'A-1_2.3:4/5+6=7@8~9', 'x'.repeat(128)])(
    'is the one that the client sends: %s',
    async (id) => {
      const { send, changeStatus, storage } = await openApp();
      const response = await send('GET', '/healthz', { headers: { 'X-Request-Id': id } });
      expect(response.headers.get('X-Request-Id')).toBe(id);
      await changeStatus(1, { status: 'Draft' }, { 'X-Request-Id': id });
      expect(await storage.audit.list({})).toMatchObject([{ request_id: id }]);
    },
  );

  test.for(['', 'a b', 'a"b', '<x>', 'x'.repeat(129), 'a,b'])(
    'is a new one in place of %j',
    async (id) => {
      const { send } = await openApp();
      const response = await send('GET', '/healthz', { headers: { 'X-Request-Id': id } });
      expect(response.headers.get('X-Request-Id')).toBe('id-1');
    },
  );

  test('stands in the one line that each request logs, without query, headers or token', async () => {
    const { send, logged } = await openApp();
    await send('GET', `/v1/parts/1?secret=${TOKEN}`);
    await send('GET', '/nowhere');
    const line = (route: string, path: string, status: number, request_id: string) => ({
      level: 'info',
      fields: { request_id, method: 'GET', route, path, status, duration_ms: expect.any(Number) },
    });
    expect(logged).toEqual([
      line('/v1/parts/:id', '/v1/parts/1', 200, 'id-1'),
      line('/*', '/nowhere', 404, 'id-2'),
    ]);
    expect(JSON.stringify(logged)).not.toContain(TOKEN);
  });
});

test('a probe that finds nothing is logged at level debug, and one that fails at level info', async () => {
  const { send, logged, storage } = await openOwnApp();
  await send('GET', '/healthz');
  await send('GET', '/readyz');
  expect(logged.map(({ level }) => level)).toEqual(['debug', 'debug']);
  await storage.close();
  await send('GET', '/readyz');
  expect(logged).toContainEqual({
    level: 'info',
    fields: expect.objectContaining({ status: 503 }),
  });
});
