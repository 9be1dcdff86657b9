import { openConnection, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { explain } from '../commands/explain.ts';
import { serve } from '../testing/serve.ts';

test('each request leaves one line of JSON', async () => {
  const server = await serve();
  const id = (name: string) => ({ headers: { 'X-Request-Id': name } });
  await server.request('/?some=query', id('root'));
  await server.request('/v1/parts/12', id('part'));
  await server.request('/v1/parts/13', id('no-part'));
  await server.request('/v1/parts', { headers: { 'X-Request-Id': 'no-token', Authorization: '' } });
  await server.changeStatus(1, 'Approved', id('change'));
  await server.changeStatus(1, 'approved', id('bad-change'));
  await server.stop();

  const line = (
    request_id: string,
    method: string,
    route: string,
    path: string,
    status: number,
  ) => ({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    msg: 'request',
    request_id,
    method,
    route,
    path,
    status,
    duration_ms: expect.any(Number),
  });
  expect(server.logLines().filter(({ msg }) => msg === 'request')).toEqual([
    line('root', 'GET', '/', '/', 200),
    line('part', 'GET', '/v1/parts/:id', '/v1/parts/12', 200),
    line('no-part', 'GET', '/v1/parts/:id', '/v1/parts/13', 404),
    line('no-token', 'GET', expect.any(String), '/v1/parts', 401),
    line('change', 'PATCH', '/v1/parts/:id/status', '/v1/parts/1/status', 200),
    line('bad-change', 'PATCH', '/v1/parts/:id/status', '/v1/parts/1/status', 400),
  ]);
});

test('the id of a request is answered, logged and kept with the change', async () => {
  const server = await serve();
  const response = await server.changeStatus(1, 'Draft');
  const request_id = response.headers.get('X-Request-Id');
  expect(request_id).toMatch(/^[\w-]{36}$/);
  await server.waitForLog({ request_id, status: 200 });
});

test('the token is in no output, whatever happens', async () => {
  const token = 'correct-horse-battery';
  const Authorization = `Bearer ${token}`;
  const server = await startServer({ env: { AUTH_TOKEN: token } });
  expect((await server.request('/v1/parts', { headers: { Authorization } })).status).toBe(200);
  await server.request(`/v1/parts?access_token=${token}`, { headers: { Authorization } });
  await server.request('/v1/parts', { headers: { Authorization: `${Authorization}-and-more` } });
  await server.request('/v1/parts', { headers: { Authorization: `Basic ${token}` } });
  await server.changeStatus(1, token, { headers: { Authorization } });
  for (const host of ['localhost', 'two words', 'localhost\u0001']) {
    const connection = await openConnection(server.port);
    connection.send(`GET /v1 HTTP/1.1\r\nAuthorization: ${Authorization}\r\nHost: ${host}\r\n\r\n`);
    await connection.responses(1);
  }
  await server.end('SIGTERM');

  expect(server.stdout()).toContain('stopped');
  expect(server.stdout().trimEnd().split('\n')).toHaveLength(server.logLines().length);
  expect(server.stdout() + server.stderr()).not.toContain(token);
});

test('the token is not in the message about a bad configuration', async () => {
  const started = serve({ env: { AUTH_TOKEN: 'correct\thorse', PORT: 'abc' } });
  const message = await started.then(() => 'it started', explain);
  expect(message).toContain('AUTH_TOKEN must be');
  expect(message).not.toContain('horse');
});

test('LOG_LEVEL decides what is logged', async () => {
  const silent = await serve({ env: { LOG_LEVEL: 'error' } });
  await silent.request('/');
  await silent.stop();
  expect(silent.logLines()).toEqual([]);
});
