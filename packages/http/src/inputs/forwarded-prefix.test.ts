import { expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { nextOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

test('a link to the next page begins with the prefix that a proxy took off', async () => {
  const { send } = await openApp();
  const headers = { 'X-Forwarded-Prefix': '/hardware/parts' };
  const first = await send('GET', '/v1/parts?limit=2', { headers });
  const next = nextOf(first) ?? '';
  expect(next).toMatch(/^\/hardware\/parts\/v1\/parts\?limit=2&cursor=/);
  const second = await send('GET', next.replace('/hardware/parts', ''));
  expect(await second.json()).toMatchObject([{ id: 3 }, { id: 4 }]);
});

test('the links of the root begin with the prefix', async () => {
  const { request } = await openApp();
  const headers = { 'X-Forwarded-Prefix': '/parts' };
  expect(await (await request('/', { headers })).json()).toEqual({
    docs: '/parts/docs',
    openapi: '/parts/openapi.json',
    health: '/parts/healthz',
  });
});

test.for([
  '//elsewhere.example',
  'https://elsewhere.example',
  '/',
  '/parts/',
  'parts',
  '/a b',
  '/a>; rel="prev"',
  '/a?b',
  '/a%2fb',
  '/parts, /other',
  '/1/2/3/4/5/6/7/8/9',
])('%j is no prefix', async (prefix) => {
  const { send } = await openApp();
  const headers = { 'X-Forwarded-Prefix': prefix };
  expect(nextOf(await send('GET', '/v1/parts?limit=2', { headers }))).toMatch(/^\/v1\/parts\?/);
});
