import { globSync, readFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryDirectory, launch, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { explain } from './commands/explain.ts';
import { alterDatabase, readFileContent } from './testing/database-file.ts';
import { REPOSITORY } from './testing/repository.ts';
import { serve } from './testing/serve.ts';
import { hookTo, startWebhookReceiver } from './testing/webhook-receiver.ts';

/** How a start that has to fail explains why. */
async function startInVain(env: Record<string, string>, directory?: string): Promise<string> {
  const started = serve({ env, ...(directory !== undefined && { directory }) });
  const reason = await started.then(() => 'it started', explain);
  expect(reason, 'holds no stack trace').not.toMatch(/^ +at /m);
  return reason;
}

test('a start without configuration makes ./data.db with the seed and lets the development token in, with two warnings', async () => {
  const server = await startServer();

  expect(server.databasePath).toBe(join(server.directory, 'data.db'));
  expect(await readdir(server.directory)).toContain('data.db');
  const parts = await (await server.request('/v1/parts')).json();
  expect(parts).toHaveLength(12);
  expect(server.logLines().filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ msg: expect.stringContaining('AUTH_TOKEN is not set') }),
    expect.objectContaining({ msg: expect.stringContaining('POST /debug/reset') }),
  ]);
  expect(server.logLines()[0]).toMatchObject({
    msg: 'starting',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.versions.node,
  });
  expect(server.stderr()).toBe('');
});

test('the log of a start says what became of the schema', async () => {
  const first = await serve();
  const message = (server: typeof first) => server.logLines().map(({ msg }) => msg);
  await first.stop();
  expect(message(first)).toContain('new database: schema and seed');

  const again = await serve({ directory: first.directory });
  await again.stop();
  expect(message(again).filter((msg) => /schema/.test(String(msg)))).toEqual([]);

  const directory = await createTemporaryDirectory();
  const { userVersion, applicationId } = readFileContent(first.database);
  const migrations = globSync('packages/db/migrations/sqlite/*.sql', { cwd: REPOSITORY }).sort();
  const statements = migrations.slice(0, 3).map((file) => readFileSync(join(REPOSITORY, file)));
  alterDatabase(
    join(directory, 'data.db'),
    `${statements.join('')}; PRAGMA user_version = 3; PRAGMA application_id = ${applicationId}`,
  );
  const migrated = await serve({ directory });
  await migrated.stop();
  expect(message(migrated)).toContain(`schema 3 → ${userVersion}`);
});

test.each(['!:$@ and  spaces', 'Schlüssel-鍵'])(
  'AUTH_TOKEN lets %j in, and nothing else',
  async (token) => {
    const server = await serve({ env: { AUTH_TOKEN: token, DEBUG_ENDPOINTS: 'off' } });
    const status = async (value: string) => {
      // A header is bytes: each character of the string is one of them.
      const Authorization = `Bearer ${Buffer.from(value).toString('latin1')}`;
      return (await server.request('/v1/parts', { headers: { Authorization } })).status;
    };

    expect(await status(token)).toBe(200);
    expect(await status(token.slice(1))).toBe(401);
    expect(await status('dev-token')).toBe(401);
    expect(server.logLines().filter(({ level }) => level === 'warn')).toEqual([]);
  },
);

test('a start with bad variables exits with 1 and names all of them', async () => {
  const env = { PORT: '70000', IDLE_TIMEOUT_MS: 'x', LOG_LEVEL: 'loud' };
  const server = await launch({ env });
  expect(await server.exit).toEqual({ code: 1, signal: null });
  expect(server.stdout()).toBe('');
  expect(server.stderr().trimEnd().split('\n')).toEqual([
    "parts-server can't start: bad configuration",
    '  PORT must be a whole number from 0 to 65535',
    '  LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
    '  IDLE_TIMEOUT_MS must be a whole number from 1 to 86400000',
  ]);
});

test('a start on a port in use fails before it creates a database', async () => {
  const { port } = await serve();
  const directory = await createTemporaryDirectory();
  const message = await startInVain({ PORT: String(port) }, directory);
  expect(message).toMatch(/address already in use .*:\d+$/);
  expect(await readdir(directory)).toEqual([]);
});

test('a start on a port in use fails before it handles an event', async () => {
  const { port, directory, changeStatus } = await serve();
  await changeStatus(1, 'Approved');
  const receiver = await startWebhookReceiver();
  const env = { PORT: String(port), ...hookTo(receiver) };
  expect(await startInVain(env, directory)).toMatch(/address already in use/);
  expect(receiver.received).toEqual([]);
});

test('a start on a host that is no address of this machine names it', async () => {
  expect(await startInVain({ HOST: '256.256.256.256' })).toMatch(/256\.256\.256\.256$/);
});

test('a start with a database in a missing directory names that and creates nothing', async () => {
  const directory = await createTemporaryDirectory();
  const message = await startInVain({ DATABASE_PATH: 'missing/parts.db' }, directory);
  expect(message).toContain(`the directory ${join(directory, 'missing')} does not exist`);
  expect(await readdir(directory)).toEqual([]);
});

test('a start with a directory in the place of the database says so', async () => {
  const directory = await createTemporaryDirectory();
  await mkdir(join(directory, 'parts.db'));
  const message = await startInVain({ DATABASE_PATH: 'parts.db' }, directory);
  expect(message).toContain('unable to open database file');
});
