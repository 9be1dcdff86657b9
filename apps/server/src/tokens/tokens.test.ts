import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTemporaryDirectory,
  followFeed,
  launch,
  openConnection,
  waitUntil,
} from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { type Server, serve } from '../testing/serve.ts';
import { as, createTokensFile } from '../testing/tokens-file.ts';
import { hookTo, startWebhookReceiver } from '../testing/webhook-receiver.ts';

const ADA = { name: 'ada', role: 'approver' };
const BOB = { name: 'bob', role: 'approver' };
const EVE = { name: 'eve', role: 'editor' };

async function startTeam(env: Record<string, string> = {}) {
  const file = await createTokensFile({ 'ada-token': ADA, 'bob-token': BOB, 'eve-token': EVE });
  const server = await serve({ env: { TOKENS_FILE: file.path, ...env } });
  return { file, server };
}

const statusOf = async (server: Server, token: string) =>
  (await server.request('/v1/session', as(token))).status;

/** Looks without pause, so that what is seen is when the server saw it. */
const waitForStatus = (server: Server, token: string, status: number) =>
  waitUntil(`${token} gets ${status}`, async () => (await statusOf(server, token)) === status);

async function startInVain(env: Record<string, string>): Promise<string> {
  const server = await launch({ env });
  expect(await server.exit).toEqual({ code: 1, signal: null });
  return server.stderr();
}

describe('a server with TOKENS_FILE', () => {
  test('lets each name in with its role, and no other token', async () => {
    const { server } = await startTeam();
    expect(await (await server.request('/v1/session', as('eve-token'))).json()).toEqual({
      name: 'eve',
      role: 'editor',
      approval: 'open',
      reason_required: [],
    });
    for (const token of ['dev-token', 'ada', 'ada-token2', '']) {
      expect(await statusOf(server, token)).toBe(401);
    }
    expect((await server.changeStatus(1, 'Approved', as('eve-token'))).status).toBe(403);
    expect((await server.changeStatus(1, 'Approved', as('ada-token'))).status).toBe(200);
    await server.waitForLog({ actor: 'ada', status: 200 });
    await server.waitForLog({ actor: 'eve', status: 403 });
  });

  test('has no /debug unless it is asked for, and no warning', async () => {
    const { server } = await startTeam();
    expect((await server.request('/debug/reset', { method: 'POST' })).status).toBe(404);
    expect(server.logLines().filter(({ level }) => level === 'warn')).toEqual([]);
    const { server: open } = await startTeam({ DEBUG_ENDPOINTS: 'on' });
    expect((await open.request('/debug/stats')).status).toBe(200);
  });

  test('lets a name in with the old and the new token while a rotation lasts', async () => {
    const { file, server } = await startTeam();
    file.write({ 'ada-token': ADA, 'ada-new': ADA });
    await server.reload();
    await waitForStatus(server, 'ada-new', 200);
    expect(await statusOf(server, 'ada-token')).toBe(200);
    file.write({ 'ada-new': ADA });
    await waitForStatus(server, 'ada-token', 401);
    expect(await statusOf(server, 'ada-new')).toBe(200);
  });

  test('locks a token out when its line is deleted, with its open feed, and no other', async () => {
    const { file, server } = await startTeam();
    const follow = (token: string) =>
      followFeed({ request: (path, init) => server.request(path, withToken(init, token)) });
    const [gone, kept] = [await follow('bob-token'), await follow('ada-token')];
    file.write({ 'ada-token': ADA });
    expect(await gone.ended).toBe(true);
    expect(await statusOf(server, 'bob-token')).toBe(401);
    await server.changeStatus(1, 'Draft', as('ada-token'));
    const [event] = await waitUntil('an event', () => kept.events.length > 0 && kept.events);
    expect(event?.data).toMatchObject({ actor: 'ada' });
    expect(gone.events).toEqual([]);
  });

  test('locks a token out when it expires, with its open feed', async () => {
    const expires = new Date(Date.now() + 3000).toISOString();
    const { file, server } = await startTeam();
    file.write({ 'ada-token': ADA, 'bob-token': { ...BOB, expires } });
    await server.reload();
    await server.waitForLog({ tokens: 2 });
    const feed = await followFeed({
      request: (path, init) => server.request(path, withToken(init, 'bob-token')),
    });
    expect(await feed.ended).toBe(true);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires));
    expect(await statusOf(server, 'bob-token')).toBe(401);
  });

  test('keeps the tokens when the file becomes bad or goes away, with one error for each', async () => {
    const { file, server } = await startTeam();
    const errors = () => server.logLines().filter(({ level }) => level === 'error');
    file.writeText('[{"name":"ada"}]');
    await server.reload();
    await waitUntil('an error', () => errors().length === 1);
    await server.reload();
    file.writeText('[');
    await waitUntil('another one', () => errors().length === 2);
    expect(await statusOf(server, 'ada-token')).toBe(200);
    expect(errors().map(({ reason }) => reason)).toEqual([
      expect.stringContaining('entry 1 (ada): role must be one of reader, editor, approver'),
      expect.stringContaining('the file must be a JSON array of tokens'),
    ]);
    file.write({ 'ada-token': ADA });
    await waitForStatus(server, 'bob-token', 401);
  });

  test('answers each request right while the file changes under load', async () => {
    const { file, server } = await startTeam();
    const seen = new Set<string>();
    let isOver = false;
    async function load(token: string): Promise<void> {
      while (!isOver) {
        const { status } = await server.changeStatus(1, 'Draft', as(token));
        seen.add(`${token} ${status}`);
      }
    }
    const loads = ['ada-token', 'ada-token', 'bob-token'].map(load);
    for (let round = 0; round < 30; round += 1) {
      const bob = round % 2 === 0 ? {} : { 'bob-token': { ...BOB, role: 'reader' } };
      file.write({ 'ada-token': ADA, ...bob });
      await server.reload();
      await waitForStatus(server, 'bob-token', round % 2 === 0 ? 401 : 200);
    }
    isOver = true;
    await Promise.all(loads);
    // Bob was an approver before the first round, and a reader or nobody afterwards.
    seen.delete('bob-token 200');
    expect([...seen].sort()).toEqual(['ada-token 200', 'bob-token 401', 'bob-token 403']);
  });

  test('posts the name to the webhook', async () => {
    const receiver = await startWebhookReceiver();
    const { server } = await startTeam(hookTo(receiver));
    await server.changeStatus(1, 'Approved', as('ada-token'));
    await receiver.waitFor(1);
    expect(receiver.received[0]?.payload.data).toMatchObject({ actor: 'ada' });
  });

  test('has one audit of two approvers who decide at once', async () => {
    const { server } = await startTeam({ APPROVAL: 'four-eyes' });
    for (let id = 1; id <= 12; id += 1) {
      await server.changeStatus(id, 'In Review', as('eve-token'));
      const answers = await Promise.all([
        server.changeStatus(id, 'Approved', as('ada-token')),
        server.changeStatus(id, 'Rejected', as('bob-token')),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });
});

describe('a start is refused', () => {
  test('without the file', async () => {
    expect(await startInVain({ TOKENS_FILE: 'missing.json' })).toMatch(
      /^parts-server can't start: .*missing\.json'\n$/,
    );
  });

  test('with a bad entry, before a database is created', async () => {
    const directory = await createTemporaryDirectory();
    writeFileSync(join(directory, 'tokens.json'), '[{"name":"ada","role":"boss"}]');
    const server = await launch({ env: { TOKENS_FILE: 'tokens.json' }, directory });
    expect((await server.exit).code).toBe(1);
    expect(server.stderr()).toContain('entry 1 (ada): role must be one of');
    expect(server.logLines().map(({ msg }) => msg)).toEqual(['starting']);
  });

  test('with an AUTH_TOKEN beside the file, and with four eyes without one', async () => {
    const { path } = await createTokensFile({});
    expect(await startInVain({ TOKENS_FILE: path, AUTH_TOKEN: 'secret' })).toMatch(
      /AUTH_TOKEN must not be set when TOKENS_FILE is/,
    );
    expect(await startInVain({ APPROVAL: 'four-eyes' })).toContain('APPROVAL must be open unless');
  });
});

test('no token is in any output, whatever happens', async () => {
  const { file, server } = await startTeam({ AUDIT_DIGEST_HOURS: '1', EVENTS: 'on' });
  const tokens = ['ada-token', 'bob-token', 'eve-token', 'pt_secret'];
  const answers: string[] = [];
  for (const token of tokens) {
    const paths = ['/v1/session', '/v1/audit', `/v1/audit?actor=${token}`, `/v1/${token}`];
    for (const path of paths) {
      const response = await server.request(path, as(token));
      answers.push(path.includes(token) ? '' : await response.text());
    }
    await server.changeStatus(1, 'Approved', as(token));
  }
  const connection = await openConnection(server.port);
  connection.send('GET /v1 HTTP/1.1\r\nAuthorization: Bearer ada-token\r\nHost: two words\r\n\r\n');
  await connection.responses(1);
  file.writeText('[{"name":"ada","role":"approver","sha256":"pt_secret","token":"ada-token"}]');
  await server.reload();
  await server.waitForLog({ level: 'error' });
  file.writeText('{"ada-token":"pt_secret"');
  await server.waitForLog({ msg: 'audit digest' });
  await server.stop();
  const log = server.logLines().map(({ path, ...line }) => line);
  const output = JSON.stringify([log, answers]);
  for (const token of tokens) expect(output).not.toContain(token);
});

function withToken(init: RequestInit | undefined, token: string) {
  const headers = Object.fromEntries(new Headers(init?.headers));
  return { ...init, headers: { ...headers, ...as(token).headers } };
}
