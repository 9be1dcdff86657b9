import { expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';

const openApp = shareStorage();

test.for([
  'evil.example',
  'parts.evil.example:8080',
  'localhost.evil.example',
  'evil.example.',
  '127.0.0.1.evil.example',
  'notlocal.evil',
  'evil.arpa',
])('refuses the host %s below /v1 and /debug while the token is public', async (host) => {
  const { send } = await openApp({ isTokenPublic: true });
  const headers = { Host: host };
  expect((await send('GET', '/v1/parts', { headers: { Host: 'localhost' } })).status).toBe(200);
  for (const path of ['/v1/parts', '/v1/parts/1', '/v1/audit', '/debug/stats']) {
    const { detail } = await expectProblem(
      await send('GET', path, { headers }),
      421,
      'untrusted_host',
    );
    expect(detail).toContain('AUTH_TOKEN');
  }
  const reset = await send('POST', '/debug/reset', { headers });
  await expectProblem(reset, 421, 'untrusted_host');
  for (const path of ['/healthz', '/docs', '/openapi.json', '/']) {
    expect((await send('GET', path, { headers })).status).toBe(200);
  }
});

test.for([
  'localhost',
  'LOCALHOST:8080',
  'parts',
  'parts.',
  '127.0.0.1:8080',
  '127.1',
  '192.168.1.7',
  '[::1]:8080',
  'a.localhost',
  'parts.local',
  'parts.internal',
  'nas.lan',
  'parts.test',
  'parts.home.arpa',
  'Parts.Local.',
])('serves the host %s, which no stranger can own', async (host) => {
  const { send } = await openApp({ isTokenPublic: true });
  expect((await send('GET', '/v1/parts', { headers: { Host: host } })).status).toBe(200);
});

test('serves every host when the token is secret', async () => {
  const { send } = await openApp();
  const response = await send('GET', '/v1/parts', { headers: { Host: 'parts.example' } });
  expect(response.status).toBe(200);
});
