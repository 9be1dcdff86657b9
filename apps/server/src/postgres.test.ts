import { createDatabase, hasPostgres, hideDatabase, launch, startServer } from '@parts/testkit';
import { describe, expect, test } from 'vitest';

/** The server takes whatever password comes. */
const withPassword = (url: string) =>
  Object.assign(new URL(url), { username: 'postgres', password: 'geheim' }).href;

describe.runIf(hasPostgres())('a server with DATABASE_URL', () => {
  test('logs where its database is and how durable, and nowhere the password', async () => {
    const url = withPassword(await createDatabase());
    const server = await startServer({ env: { DATABASE_URL: url } });
    const name = new URL(url).pathname.slice(1);
    const known = await server.waitForLog({ msg: 'PostgreSQL', database: name });
    expect(known).toMatchObject({ host: '127.0.0.1', version: expect.stringMatching(/^\d+/) });
    expect(Object.keys(known)).toEqual(
      expect.arrayContaining(['fsync', 'synchronous_commit', 'synchronous_standby_names']),
    );
    const { host } = new URL(url);
    expect(await server.waitForLog({ msg: 'listening' })).toMatchObject({
      database: `${host}/${name}`,
    });
    expect((await server.changeStatus(1, 'Approved')).status).toBe(200);
    await server.end('SIGTERM');
    expect(server.stdout() + server.stderr()).not.toContain('geheim');
  });

  test('warns of a failover that can lose changes when there are several hosts', async () => {
    const url = new URL(await createDatabase());
    const hosts = `127.0.0.1:1,${url.host}`;
    const server = await startServer({ env: { DATABASE_URL: url.href.replace(url.host, hosts) } });
    const warning = 'no standby is synchronous: a failover can lose acknowledged changes';
    expect(await server.waitForLog({ msg: warning })).toMatchObject({ level: 'warn' });
  });

  test.for([
    ['no server answers', (url: URL) => url.href.replace(url.host, '127.0.0.1:1'), 'ECONNREFUSED'],
    ['there is no such database', (url: URL) => `${url.href}_missing`, 'does not exist'],
    [
      'there is no such user',
      (url: URL) => url.href.replace('//postgres:', '//ada:'),
      'role "ada"',
    ],
    [
      'the URL has no database',
      (url: URL) => url.href.replace(url.pathname, ''),
      'must be postgres:',
    ],
    [
      'the URL has an sslmode whose meaning will change',
      (url: URL) => `${url.href}?sslmode=require`,
      'sslmode must be verify-full',
    ],
  ] as const)('does not start when %s, and says so in one line', async ([, spoil, reason]) => {
    const env = { DATABASE_URL: spoil(new URL(withPassword(await createDatabase()))) };
    const server = await launch({ env });
    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.stderr()).toMatch(/^parts-server can't start: can't open the database: .*\n$/);
    expect(server.stderr()).toContain(reason);
    expect(server.stdout() + server.stderr()).not.toContain('geheim');
  });

  test('is not ready while the database takes no connections, and then goes on by itself', async () => {
    const url = await createDatabase();
    const server = await startServer({ env: { DATABASE_URL: url, LOCK_TIMEOUT_MS: '300' } });
    const readiness = async () => (await server.request('/readyz')).status;
    expect(await readiness()).toBe(200);

    const bringBack = await hideDatabase(url);
    expect(await readiness()).toBe(503);
    expect((await server.request('/healthz')).status).toBe(200);
    await bringBack();
    await expect.poll(readiness).toBe(200);
  });
});
