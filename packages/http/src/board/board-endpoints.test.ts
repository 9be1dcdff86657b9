import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';

const openApp = shareStorage();

test('GET / sends a browser to the board, and tools to the links', async () => {
  const { request } = await openApp();
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const redirect = await request('/', { headers: { Accept: browser } });
  expect(redirect.status).toBe(303);
  // Relative, so that it is right behind a prefix too.
  expect(redirect.headers.get('Location')).toBe('board');
  expect(redirect.headers.get('Vary')).toBe('Accept');
  for (const Accept of ['*/*', 'application/json', 'text/html;q=0.5, application/json']) {
    const links = await request('/', { headers: { Accept } });
    expect(links.status).toBe(200);
    expect(links.headers.get('Vary')).toBe('Accept');
    expect(await links.json()).toHaveProperty('openapi');
  }
});

test.for(['board', 'docs'])('GET /%s/ leads to the page without the slash', async (name) => {
  const { request } = await openApp();
  const redirect = await request(`/${name}/`);
  expect(redirect.status).toBe(303);
  const location = redirect.headers.get('Location') ?? '';
  const page = new URL(location, `http://proxy/tools/parts/${name}/`);
  expect(page.pathname).toBe(`/tools/parts/${name}`);
});

test('the page takes nothing from elsewhere, and its URLs are relative', async () => {
  const { request } = await openApp();
  const page = await request('/board');
  expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('Content-Security-Policy');
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain('unsafe');
  const html = await page.text();
  expect(html).not.toMatch(/<style|style=| on\w+=|<script>/);
  const urls = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
  expect(urls).toEqual(['data:,', 'board/board.css', 'board/main.js']);
});

test('each script of the page is served with all that it imports', async () => {
  const { request } = await openApp();
  const folder = new URL('../../board/', import.meta.url);
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  for (const name of [...scripts, 'lit-html.js', 'board.css']) {
    const response = await request(`/board/${name}`);
    expect(response.status, name).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
    const imports = [...(await response.text()).matchAll(/ from '\.\/([^']+)'/g)];
    for (const [, imported = ''] of imports) {
      expect([...scripts, 'lit-html.js'], name).toContain(imported);
    }
  }
});

test.for(['index.html', 'tsconfig.json', 'lit-html.d.ts', '..%2fboard-endpoints.ts', '__proto__'])(
  'no other file is served, such as %s',
  async (file) => {
    const { request } = await openApp();
    expect((await request(`/board/${file}`)).status).toBe(404);
  },
);
