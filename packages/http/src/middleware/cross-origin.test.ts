import { expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';

const openApp = shareStorage();

const ALLOWED = 'https://board.example';
const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';

const openCrossOriginApp = () => openApp({ corsOrigins: [ALLOWED, 'http://localhost:5173'] });

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: {
    Origin: origin,
    'Access-Control-Request-Method': 'PATCH',
    'Access-Control-Request-Headers': 'authorization, if-match, idempotency-key',
  },
});

test('a browser may send what the API reads from a page of a listed origin, and read the answer', async () => {
  const { app, send } = await openCrossOriginApp();
  const answer = await app.request('/v1/parts/1/status', preflight(ALLOWED));
  expect(answer.status).toBe(204);
  expect(answer.headers.get(ALLOW_ORIGIN)).toBe(ALLOWED);
  expect(answer.headers.get('Access-Control-Allow-Methods')).toContain('PATCH');
  expect(answer.headers.get('Access-Control-Allow-Headers')).toContain('Idempotency-Key');
  const part = await send('GET', '/v1/parts/1', { headers: { Origin: ALLOWED } });
  expect(part.headers.get(ALLOW_ORIGIN)).toBe(ALLOWED);
  expect(part.headers.get('Access-Control-Expose-Headers')).toContain('ETag');
  expect(part.headers.get('Vary')).toContain('Origin');
  expect(part.headers.get('ETag')).toBe('"1"');
});

test('an error can be read as well', async () => {
  const { request } = await openCrossOriginApp();
  const answer = await request('/v1/parts', { headers: { Origin: ALLOWED } });
  expect([answer.status, answer.headers.get(ALLOW_ORIGIN)]).toEqual([401, ALLOWED]);
});

test.for(['https://elsewhere.example', 'null', 'https://board.example.elsewhere.example'])(
  'a page of %s is not allowed',
  async (origin) => {
    const { app, send } = await openCrossOriginApp();
    const answer = await app.request('/v1/parts/1/status', preflight(origin));
    expect(answer.headers.get(ALLOW_ORIGIN)).toBeNull();
    const part = await send('GET', '/v1/parts/1', { headers: { Origin: origin } });
    expect(part.headers.get(ALLOW_ORIGIN)).toBeNull();
  },
);

test('no page may use /debug, whatever its origin', async () => {
  const { send } = await openCrossOriginApp();
  const answer = await send('GET', '/debug/stats', { headers: { Origin: ALLOWED } });
  expect(answer.headers.get(ALLOW_ORIGIN)).toBeNull();
});

test('without a list there are no such headers, and a preflight is refused', async () => {
  const { app, send } = await openApp();
  expect((await app.request('/v1/parts/1/status', preflight(ALLOWED))).status).toBe(401);
  const part = await send('GET', '/v1/parts/1', { headers: { Origin: ALLOWED } });
  expect(part.headers.get(ALLOW_ORIGIN)).toBeNull();
});
