import { PART_STATUSES, partSchema } from '@parts/core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openApp, TOKEN } from './testing/open-app.ts';

const partOf = async (response: Response) => partSchema.parse(await response.json());

/** Reads a response that must be a problem, with everything that every problem has. */
async function expectProblem(response: Response, status: number, code: string) {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const problemSchema = z.strictObject({
    type: z.literal(`urn:problem-type:parts:${code}`),
    title: z.string().min(1),
    status: z.literal(status),
    detail: z.string().min(1),
    code: z.literal(code),
    request_id: z.string().min(1),
  });
  const body = problemSchema.parse(await response.json());
  expect(response.status).toBe(status);
  expect(response.headers.get('X-Request-Id')).toBe(body.request_id);
  return body;
}

describe('without a token', () => {
  test('GET /healthz is answered', async () => {
    const { request } = openApp();
    const response = await request('/healthz');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.text()).toBe('{"status":"ok"}');
  });

  test('POST /debug/reset brings back the first state', async () => {
    const { request, send, changeStatus, readStats } = openApp();
    const first = await (await send('GET', '/v1/parts')).text();
    await changeStatus(1, { status: 'Rejected' });
    expect(await (await send('GET', '/v1/parts')).text()).not.toBe(first);
    const response = await request('/debug/reset', { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'reset' });
    expect(await (await send('GET', '/v1/parts')).text()).toBe(first);
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('GET /debug/stats counts parts and audit entries', async () => {
    const { request, changeStatus } = openApp();
    await changeStatus(1, { status: 'Draft' });
    const response = await request('/debug/stats');
    expect(await response.json()).toMatchObject({ parts_count: 12, audit_count: 1 });
  });

  test('/debug can be left out', async () => {
    const { send } = openApp({ debug: false });
    await expectProblem(await send('POST', '/debug/reset'), 404, 'route_not_found');
    await expectProblem(await send('GET', '/debug/stats'), 404, 'route_not_found');
  });
});

describe('a request to /v1 without the right token is a 401, whatever else is wrong', () => {
  const requests = [
    ['GET', '/v1/parts'],
    ['GET', '/v1/parts/1'],
    ['GET', '/v1/parts/999'],
    ['PATCH', '/v1/parts/1/status'],
    ['PATCH', '/v1/parts/words/status'],
    ['PUT', '/v1/parts'],
    ['GET', '/v1/unknown'],
    ['GET', '/v1'],
  ] as const;

  test.for(requests)('%s %s without one', async ([method, path]) => {
    const { request, readStats } = openApp();
    const init = method === 'GET' ? { method } : { method, body: 'x'.repeat(100_000) };
    const response = await request(path, init);
    await expectProblem(response, 401, 'unauthorized');
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="parts"');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test.for([
    'Bearer wrong',
    'Bearer dev-token2',
    'Bearer dev-toke',
    'Bearer DEV-TOKEN',
    'bearer  dev-token x',
  ])('with %j', async (Authorization) => {
    const { send } = openApp();
    const response = await send('GET', '/v1/parts', { headers: { Authorization } });
    await expectProblem(response, 401, 'unauthorized');
    expect(response.headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="parts", error="invalid_token"',
    );
  });

  test.for(['', 'Bearer', 'dev-token', 'Basic ZGV2LXRva2Vu', 'Bearerdev-token'])(
    'with %j, which is no bearer token',
    async (Authorization) => {
      const { send } = openApp();
      const response = await send('GET', '/v1/parts', { headers: { Authorization } });
      await expectProblem(response, 401, 'unauthorized');
    },
  );

  test.for([
    ['bearer dev-token', TOKEN],
    ['BEARER dev-token', TOKEN],
    ['Bearer   dev-token', TOKEN],
    ['Bearer a!b:c$d@e f', 'a!b:c$d@e f'],
    ['Bearer grÃ¼n', 'grün'],
  ] as const)('but %j is let in', async ([Authorization, authToken]) => {
    const { send } = openApp({ authToken });
    const response = await send('GET', '/v1/parts', { headers: { Authorization } });
    expect(response.status).toBe(200);
  });
});

describe('reading parts', () => {
  test('GET /v1/parts lists all parts as an array', async () => {
    const { send } = openApp();
    const response = await send('GET', '/v1/parts');
    expect(response.status).toBe(200);
    expect(response.headers.get('Link')).toBeNull();
    const parts = z.array(partSchema).parse(await response.json());
    expect(parts).toHaveLength(12);
  });

  test('GET /v1/parts/{id} brings the part, with exactly the fields of a part', async () => {
    const { send } = openApp();
    const response = await send('GET', '/v1/parts/3');
    expect(response.status).toBe(200);
    expect(z.strictObject(partSchema.shape).parse(await response.json())).toMatchObject({ id: 3 });
  });

  test.for([
    '0',
    '-1',
    '99',
    '01',
    '1.0',
    '1e0',
    '0x1',
    'one',
    '1%2F2',
    '%201',
    '1%00',
    '½',
    '%zz',
    '%E0%A4%A',
    '..%2f1',
    '9007199254740993',
    '99999999999999999999999999',
    `${'9'.repeat(2000)}`,
  ])('the id %s is a 404', async (id) => {
    const { send } = openApp();
    await expectProblem(await send('GET', `/v1/parts/${id}`), 404, 'part_not_found');
    const change = await send('PATCH', `/v1/parts/${id}/status`, { body: '{"status":"Draft"}' });
    await expectProblem(change, 404, 'part_not_found');
  });

  test('HEAD is answered like GET, without a body', async () => {
    const { send } = openApp();
    const response = await send('HEAD', '/v1/parts/1');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('PATCH /v1/parts/{id}/status', () => {
  test.for(PART_STATUSES)('sets %s and adds one audit entry', async (status) => {
    const { send, changeStatus, readStats, database } = openApp();
    const before = await partOf(await send('GET', '/v1/parts/1'));
    const response = await changeStatus(1, { status });
    expect(response.status).toBe(200);
    const part = await partOf(response);
    expect(part).toEqual({ ...before, status, version: 2, updated_at: part.updated_at });
    expect(await partOf(await send('GET', '/v1/parts/1'))).toEqual(part);
    expect(await readStats()).toMatchObject({ audit_count: 1 });
    expect(await database.repository.listAudit({})).toMatchObject([
      { part_id: 1, old_status: before.status, new_status: status },
    ]);
  });

  test.for(['', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=x'])(
    'reads the body as JSON with Content-Type %j',
    async (type) => {
      const { send } = openApp();
      const response = await send('PATCH', '/v1/parts/1/status', {
        body: ' {"status" : "Draft"} ',
        headers: { 'Content-Type': type },
      });
      expect(response.status).toBe(200);
    },
  );

  test.for<[string, string | undefined, string]>([
    ['no body', undefined, 'malformed_body'],
    ['an empty body', '', 'malformed_body'],
    ['white space', '  ', 'malformed_body'],
    ['broken JSON', '{"status":', 'malformed_body'],
    ['a form', 'status=Draft', 'malformed_body'],
    ['two values', '{"status":"Draft"} {}', 'malformed_body'],
    ['null', 'null', 'invalid_status_change'],
    ['an array', '[{"status":"Draft"}]', 'invalid_status_change'],
    ['a text', '"Draft"', 'invalid_status_change'],
    ['a number', '1', 'invalid_status_change'],
    ['no status', '{}', 'invalid_status_change'],
    ['a status that is null', '{"status":null}', 'invalid_status_change'],
    ['a status that is a number', '{"status":1}', 'invalid_status_change'],
    ['a status in lower case', '{"status":"approved"}', 'invalid_status_change'],
    ['a status with a space', '{"status":"Approved "}', 'invalid_status_change'],
    ['a status in the prototype', '{"__proto__":{"status":"Draft"}}', 'invalid_status_change'],
    ['a reason that is a number', '{"status":"Draft","reason":1}', 'invalid_status_change'],
    ['a long reason', `{"status":"Draft","reason":"${'x'.repeat(501)}"}`, 'invalid_status_change'],
  ])('refuses %s, also for an unknown part', async ([, body, code]) => {
    const { send, readStats } = openApp();
    for (const id of ['1', '999', 'x']) {
      const init = body === undefined ? {} : { body };
      const response = await send('PATCH', `/v1/parts/${id}/status`, init);
      const { detail } = await expectProblem(response, 400, code);
      if (code === 'invalid_status_change') expect(detail).toMatch(/status|reason/);
    }
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('refuses more than 64 KiB, announced or not', async () => {
    const { send, readStats } = openApp();
    const large = JSON.stringify({ status: 'Draft', padding: 'x'.repeat(64 * 1024) });
    const announced = await send('PATCH', '/v1/parts/1/status', {
      body: large,
      headers: { 'Content-Length': String(large.length) },
    });
    await expectProblem(announced, 413, 'payload_too_large');
    const body = new Blob([large]).stream();
    const streamed = await send('PATCH', '/v1/parts/1/status', { body, duplex: 'half' });
    await expectProblem(streamed, 413, 'payload_too_large');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('a body of just under 64 KiB is read', async () => {
    const { changeStatus } = openApp();
    const response = await changeStatus(1, { status: 'Draft', padding: 'x'.repeat(65_000) });
    expect(response.status).toBe(200);
  });

  test('a client that is gone changes nothing', async () => {
    const { send, readStats } = openApp();
    const response = await send('PATCH', '/v1/parts/1/status', {
      body: '{"status":"Draft"}',
      signal: AbortSignal.abort(),
    });
    await expectProblem(response, 400, 'cancelled');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });
});

test('answers are not to be sniffed, nor shared by caches', async () => {
  const { send } = openApp();
  for (const path of ['/healthz', '/v1/parts/1', '/v1/parts/99', '/nowhere']) {
    const { headers } = await send('GET', path);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('private, no-cache');
  }
});

describe('routes and methods', () => {
  test.for([
    '/v2/parts',
    '/docs/',
    '/docs/unknown',
    '/health',
    '/v1',
    '/v1/part',
    '/v1/parts/1/2',
    '/V1/parts',
    '//v1',
  ])('nothing is at %s', async (path) => {
    const { send } = openApp();
    await expectProblem(await send('GET', path), 404, 'route_not_found');
  });

  test.for<[string, string, string]>([
    ['POST', '/v1/parts', 'GET, HEAD'],
    ['DELETE', '/v1/parts/1', 'GET, HEAD'],
    ['GET', '/v1/parts/1/status', 'PATCH'],
    ['PUT', '/v1/parts/1/status', 'PATCH'],
    ['OPTIONS', '/v1/parts', 'GET, HEAD'],
    ['GET', '/debug/reset', 'POST'],
    ['POST', '/debug/stats', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s is a 405 that allows %s', async ([method, path, allow]) => {
    const { send } = openApp();
    const response = await send(method, path);
    await expectProblem(response, 405, 'method_not_allowed');
    expect(response.headers.get('Allow')).toBe(allow);
  });
});

describe('failures of the storage', () => {
  test('a locked storage is a 503 with Retry-After, and its cause is logged', async () => {
    const cause = new Error('SQLITE_BUSY of an internal table');
    const { PartsError } = await import('@parts/core');
    const { send, logged } = openApp({
      debug: {
        storage: {
          reset: () => Promise.reject(new PartsError('storage_busy', 'it is locked', { cause })),
          readStats: () => Promise.reject(new Error('an internal secret')),
        },
        readMoreStats: async () => ({}),
      },
    });
    const busy = await send('POST', '/debug/reset');
    expect(busy.headers.get('Retry-After')).toBe('1');
    expect((await expectProblem(busy, 503, 'storage_busy')).detail).toBe('it is locked');
    expect(logged).toContainEqual({
      level: 'error',
      fields: { request_id: 'id-1', err: expect.objectContaining({ cause }) },
    });

    const bug = await send('GET', '/debug/stats');
    expect((await expectProblem(bug, 500, 'internal_error')).detail).not.toContain('secret');
    expect(logged).toContainEqual({
      level: 'error',
      fields: {
        request_id: 'id-2',
        err: expect.objectContaining({ message: 'an internal secret' }),
      },
    });
  });
});

describe('request id and log', () => {
  test.for(['abc', 'A-1_2.3:4/5+6=7@8~9', 'x'.repeat(128)])('takes %s over', async (id) => {
    const { send, changeStatus, database } = openApp();
    const response = await send('GET', '/healthz', { headers: { 'X-Request-Id': id } });
    expect(response.headers.get('X-Request-Id')).toBe(id);
    await changeStatus(1, { status: 'Draft' }, { 'X-Request-Id': id });
    expect(await database.repository.listAudit({})).toMatchObject([{ request_id: id }]);
  });

  test.for(['', 'a b', 'a"b', '<x>', 'x'.repeat(129), 'a,b'])('replaces %j', async (id) => {
    const { send } = openApp();
    const response = await send('GET', '/healthz', { headers: { 'X-Request-Id': id } });
    expect(response.headers.get('X-Request-Id')).toBe('id-1');
  });

  test('each request leaves one line, without query, headers or token', async () => {
    const { send, logged } = openApp();
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
