import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';

const openApp = shareStorage();

test('GET / links to the document, the page and the health check', async () => {
  const { request } = await openApp();
  const links: unknown = await (await request('/')).json();
  expect(links).toEqual({ docs: '/docs', openapi: '/openapi.json', health: '/healthz' });
  for (const path of Object.values(links ?? {})) expect((await request(path)).status).toBe(200);
});

test('the page loads its files from the server alone, and they may be cached', async () => {
  const { request } = await openApp();
  const page = await request('/docs');
  expect(page.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; /);
  const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
  expect(files).toEqual([
    'data:,',
    'docs/swagger-ui.css',
    'docs/swagger-ui-bundle.js',
    'docs/start.js',
  ]);
  for (const file of files.slice(1)) {
    const response = await request(`/${file}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=86400');
  }
});

test('a file of the page is served as soon as it can be read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parts-docs-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const { request } = await openApp({ swaggerUiDirectory: directory });
  expect((await request('/docs/swagger-ui.css')).status).toBe(500);
  await writeFile(join(directory, 'swagger-ui.css'), 'body {}');
  expect(await (await request('/docs/swagger-ui.css')).text()).toBe('body {}');
});

test('the page is a 404 where the app has none', async () => {
  const { request } = await openApp({ swaggerUiDirectory: undefined });
  expect((await request('/docs')).status).toBe(404);
  expect(await (await request('/')).json()).toEqual({
    openapi: '/openapi.json',
    health: '/healthz',
  });
});

test.for(['package.json', 'index.html', '..%2fpackage.json', '%2e%2e%2fpackage.json', '__proto__'])(
  'no other file of the package is served, such as %s',
  async (file) => {
    const { request } = await openApp();
    expect((await request(`/docs/${file}`)).status).toBe(404);
  },
);
