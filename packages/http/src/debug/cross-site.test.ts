import { expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';

const openApp = shareStorage();

test.for<[string, Record<string, string>]>([
  ['a page of another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://other.example' }],
  ['a page of a sibling', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://other.localhost' }],
  ['an old browser', { Origin: 'https://other.example' }],
  ['another port', { Origin: 'http://localhost:81' }],
  ['a sandboxed frame', { Origin: 'null' }],
])('refuses a reset that comes from %s', async ([, headers]) => {
  const { request, changeStatus, readStats } = await openApp();
  await changeStatus(1, { status: 'Rejected' });
  const response = await request('/debug/reset', { method: 'POST', headers });
  await expectProblem(response, 403, 'cross_site_request');
  expect(await readStats()).toMatchObject({ audit_count: 1 });
});

test.for<[string, Record<string, string>]>([
  ['a tool', {}],
  ['the address bar', { 'Sec-Fetch-Site': 'none' }],
  ['a page of its own', { 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost' }],
  ['a page of its own behind TLS', { Origin: 'https://localhost' }],
])('makes a reset that comes from %s', async ([, headers]) => {
  const { request } = await openApp();
  expect((await request('/debug/reset', { method: 'POST', headers })).status).toBe(200);
});
