import { expect, test } from 'vitest';
import { shareStorage, TOKEN } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';

const openApp = shareStorage();

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

test.for(requests)(
  '%s %s without a token is a 401, whatever else is wrong',
  async ([method, path]) => {
    const { request, readStats } = await openApp();
    const init = method === 'GET' ? { method } : { method, body: 'x'.repeat(100_000) };
    const response = await request(path, init);
    await expectProblem(response, 401, 'unauthorized');
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="parts"');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  },
);

test.for([
  'Bearer wrong',
  'Bearer dev-token2',
  'Bearer dev-toke',
  'Bearer DEV-TOKEN',
  'bearer  dev-token x',
])('a request with %j is a 401 for an invalid token', async (Authorization) => {
  const { send } = await openApp();
  const response = await send('GET', '/v1/parts', { headers: { Authorization } });
  await expectProblem(response, 401, 'unauthorized');
  expect(response.headers.get('WWW-Authenticate')).toBe(
    'Bearer realm="parts", error="invalid_token"',
  );
});

test.for(['', 'Bearer', 'dev-token', 'Basic ZGV2LXRva2Vu', 'Bearerdev-token'])(
  'a request with %j, which is no bearer token, is a 401',
  async (Authorization) => {
    const { send } = await openApp();
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
] as const)('a request with %j is let in', async ([Authorization, authToken]) => {
  const { send } = await openApp({ authToken });
  const response = await send('GET', '/v1/parts', { headers: { Authorization } });
  expect(response.status).toBe(200);
});
