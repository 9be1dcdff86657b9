import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTemporaryDirectory,
  followFeed,
  launch,
  openConnection,
  waitUntil,
} from '@parts/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { explain } from '../commands/explain.ts';
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

const follow = (server: Server, token: string) =>
  followFeed({
    request(path, init) {
      const headers = Object.fromEntries(new Headers(init?.headers));
      return server.request(path, { ...init, headers: { ...headers, ...as(token).headers } });
    },
  });

/** Why a start fails. */
const startInVain = (env: Record<string, string>) =>
  serve({ env }).then(() => 'it started', explain);

test('each token of the file lets its name in with its role, and no other token does', async () => {
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

test('a server with TOKENS_FILE has no /debug unless it is asked for, and does not warn', async () => {
  const { server } = await startTeam();
  expect((await server.request('/debug/reset', { method: 'POST' })).status).toBe(404);
  const warnings = server.logLines().filter(({ level }) => level === 'warn');
  // The PostgreSQL of the tests is not durable.
  expect(warnings.filter(({ msg }) => !/^fsync/.test(String(msg)))).toEqual([]);
  const { server: open } = await startTeam({ DEBUG_ENDPOINTS: 'on' });
  expect((await open.request('/debug/stats')).status).toBe(200);
});

test('the old and the new token let a name in while a rotation lasts', async () => {
  const { file, server } = await startTeam();
  file.write({ 'ada-token': ADA, 'ada-new': ADA });
  await server.reload();
  expect(await statusOf(server, 'ada-new')).toBe(200);
  expect(await statusOf(server, 'ada-token')).toBe(200);
  file.write({ 'ada-new': ADA });
  await server.reload();
  expect(await statusOf(server, 'ada-token')).toBe(401);
  expect(await statusOf(server, 'ada-new')).toBe(200);
});

test('a token whose line is deleted is locked out within a second, with its open feed, and no other is', async () => {
  const { file, server } = await startTeam();
  const [gone, kept] = [await follow(server, 'bob-token'), await follow(server, 'ada-token')];
  file.write({ 'ada-token': ADA });
  expect(await gone.ended).toBe(true);
  expect(await statusOf(server, 'bob-token')).toBe(401);
  await server.changeStatus(1, 'Draft', as('ada-token'));
  const [event] = await waitUntil('an event', () => kept.events.length > 0 && kept.events);
  expect(event?.data).toMatchObject({ actor: 'ada' });
  expect(gone.events).toEqual([]);
});

test('a token that expires is locked out, with its open feed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const expires = new Date(Date.now() + 3_600_000);
  const { file, server } = await startTeam();
  file.write({ 'ada-token': ADA, 'bob-token': { ...BOB, expires: expires.toISOString() } });
  await server.reload();
  const feed = await follow(server, 'bob-token');
  vi.setSystemTime(expires.getTime() - 1);
  await server.reload();
  expect(await statusOf(server, 'bob-token')).toBe(200);
  vi.setSystemTime(expires);
  await server.reload();
  expect(await feed.ended).toBe(true);
  expect(await statusOf(server, 'bob-token')).toBe(401);
});

test('the tokens stay as they were when the file becomes bad, and each fault is logged once', async () => {
  const { file, server } = await startTeam();
  for (const text of ['[{"name":"ada"}]', '[']) {
    file.writeText(text);
    await server.reload();
    await server.reload();
    expect(await statusOf(server, 'ada-token')).toBe(200);
  }
  const errors = () => server.logLines().filter(({ level }) => level === 'error');
  await waitUntil('both errors', () => errors().length >= 2);
  expect(errors().map(({ reason }) => reason)).toEqual([
    expect.stringContaining('entry 1 (ada): role must be one of reader, editor, approver'),
    expect.stringContaining('the file must be a JSON array of tokens'),
  ]);
  file.write({ 'ada-token': ADA });
  await server.reload();
  expect(await statusOf(server, 'bob-token')).toBe(401);
});

test('each request is answered right while the file changes under load', async () => {
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
    expect(await statusOf(server, 'bob-token')).toBe(round % 2 === 0 ? 401 : 200);
  }
  isOver = true;
  await Promise.all(loads);
  // Bob was an approver before the first round, and a reader or nobody afterwards.
  seen.delete('bob-token 200');
  expect([...seen].sort()).toEqual(['ada-token 200', 'bob-token 401', 'bob-token 403']);
});

test('the webhook gets the name', async () => {
  const receiver = await startWebhookReceiver();
  const { server } = await startTeam(hookTo(receiver));
  await server.changeStatus(1, 'Approved', as('ada-token'));
  await receiver.waitFor(1);
  expect(receiver.received[0]?.payload.data).toMatchObject({ actor: 'ada' });
});

test('only one of two approvers who decide at once succeeds', async () => {
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

test('a start without the file is refused', async () => {
  expect(await startInVain({ TOKENS_FILE: 'missing.json' })).toMatch(/^ENOENT.*missing\.json'$/);
});

test('a start with a bad entry is refused before a database is created', async () => {
  const directory = await createTemporaryDirectory();
  writeFileSync(join(directory, 'tokens.json'), '[{"name":"ada","role":"boss"}]');
  const server = await launch({ env: { TOKENS_FILE: 'tokens.json' }, directory });
  expect((await server.exit).code).toBe(1);
  expect(server.stderr()).toContain('entry 1 (ada): role must be one of');
  expect(server.logLines().map(({ msg }) => msg)).toEqual(['starting']);
});

test('a start with AUTH_TOKEN beside the file is refused, and so is one with four eyes but no file', async () => {
  const { path } = await createTokensFile({});
  expect(await startInVain({ TOKENS_FILE: path, AUTH_TOKEN: 'secret' })).toMatch(
    /AUTH_TOKEN must not be set when TOKENS_FILE is/,
  );
  expect(await startInVain({ APPROVAL: 'four-eyes' })).toContain('APPROVAL must be open unless');
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
