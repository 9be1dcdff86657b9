import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { readDocument } from './markdown.ts';

const NGINX = '/usr/sbin/nginx';
const AUTHORIZATION = { Authorization: 'Bearer dev-token' };

const documentSchema = z.object({ servers: z.tuple([z.object({ url: z.string() })]) });

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts nginx with the configuration of the page, without TLS. @returns where the prefix begins */
async function startProxy(serverPort: number): Promise<string> {
  const [, shown = ''] = /^```nginx\n(.*?)^```/ms.exec(readDocument('docs/operations.md')) ?? [];
  const port = await findFreePort();
  const site = shown
    .replace('127.0.0.1:8080', `127.0.0.1:${serverPort}`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
    .replaceAll(/^ *ssl_.*\n/gm, '');
  const directory = await createTemporaryDirectory(onTestFinished);
  mkdirSync(join(directory, 'temporary'));
  const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/temporary/${name};`)
    .join('\n');
  const configuration = `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    daemon off;
    pid ${directory}/pid;
    error_log stderr;
    events {}
    http { access_log off; ${temporaryPaths} ${site} }`;
  const path = join(directory, 'nginx.conf');
  writeFileSync(path, configuration);
  const nginx = spawn(NGINX, ['-e', 'stderr', '-c', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  nginx.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = once(nginx, 'exit');
  onTestFinished(async () => {
    nginx.kill('SIGTERM');
    await ended;
  });
  const url = `http://127.0.0.1:${port}/parts`;
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { message: errors }).toBe(true);
  return url;
}

test('behind the nginx of docs/operations.md a feed, a prefix, pages and a large body work', async (context) => {
  if (!existsSync(NGINX)) {
    const reason = `there is no ${NGINX}: install nginx-light`;
    // biome-ignore lint/style/noProcessEnv: a switch of the tests, not of the server
    if (process.env['CI']) throw new Error(reason);
    console.warn(`NOT RUN: ${context.task.name}: ${reason}`);
    context.skip(reason);
  }
  const server = await startServer();
  const url = await startProxy(server.port);
  const send = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, `${url}/`), { ...init, headers: AUTHORIZATION });

  for (const name of ['docs', 'board']) {
    const html = await (await send(name)).text();
    const addresses = [...html.matchAll(/(?:src|href)="([^":]+)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) expect((await send(address ?? '')).status).toBe(200);
  }
  const document = documentSchema.parse(await (await send('openapi.json')).json());
  const base = new URL(document.servers[0].url, `${url}/openapi.json`).href;
  expect(base).toBe(`${url}/`);

  const first = await send('v1/parts?limit=2');
  const next = /^<(.*)>; rel="next"$/.exec(first.headers.get('Link') ?? '')?.[1] ?? '';
  expect(next).toMatch(/^\/parts\/v1\/parts\?/);
  expect(await (await send(next)).json()).toMatchObject([{ id: 3 }, { id: 4 }]);
  const created = await send('v1/parts', {
    method: 'POST',
    body: JSON.stringify({ part_number: 'PCB-2001', name: 'Relay board' }),
  });
  const location = created.headers.get('Location') ?? '';
  expect(location).toBe('/parts/v1/parts/13');
  expect((await send(location)).status).toBe(200);
  expect((await send('debug/stats')).status).toBe(404);

  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const feed = await fetch(`${url}/v1/audit?after=end`, {
    headers: { ...AUTHORIZATION, Accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  const events = feed.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await events?.read())?.value).toMatch(/^: open\n/);
  // More than nginx keeps in memory.
  const body = JSON.stringify({ status: 'Approved' }).padEnd(60_000);
  const change = await send('v1/parts/1/status', { method: 'PATCH', body });
  expect(change.status).toBe(200);
  expect((await events?.read())?.value).toContain('event: status_changed');
});
