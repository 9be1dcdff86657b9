import { createDatabase, hasPostgres, queryDatabase } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { runTyped } from '../testing/run-typed.ts';
import { serve } from '../testing/serve.ts';

/** Alters a database as somebody can who may write it: without triggers. */
const alterUnseen = (url: string, sql: string) =>
  queryDatabase(url, `SET session_replication_role = replica; ${sql}`);

/** A database with four entries, which a server has open. */
async function createHistory(): Promise<string> {
  const url = await createDatabase();
  const server = await serve({ env: { DATABASE_URL: url } });
  for (const id of [1, 1, 2, 3]) await server.changeStatus(id, 'Approved');
  return url;
}

describe.runIf(hasPostgres())('with DATABASE_URL', () => {
  test('"check" finds a database sound beside its server, and names it without the password', async () => {
    const url = Object.assign(new URL(await createHistory()), { password: 'geheim' });
    const { code, stdout } = await runTyped(['check'], { env: { DATABASE_URL: url.href } });
    expect([code, stdout]).toEqual([0, `${url.host}${url.pathname} is sound\n`]);
  });

  test.for([
    ['DELETE FROM audit_entries WHERE id IN (2, 3)', 'entry 2 to 3 is missing'],
    ['DELETE FROM audit_entries WHERE id = 4', 'part 3: version 2 has no entry'],
    [
      `UPDATE parts SET status = 'Draft' WHERE id = 2`,
      'part 2: entry 3 leads to status "Approved", but what follows has "Draft"',
    ],
    [
      'UPDATE audit_entries SET version = 4 WHERE id = 2; UPDATE parts SET version = 4 WHERE id = 1',
      'part 1: entry 1 leads to version 2, but what follows has 3',
    ],
  ] as const)('"check" shows what %j did: %s', async ([sql, fault]) => {
    const url = await createHistory();
    await alterUnseen(url, sql);
    const checked = await runTyped(['check'], { env: { DATABASE_URL: url } });
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining(`: ${fault}\n`) });
  });

  test.for(['check', 'audit-digest'])(
    '"%s" says at once why a database can not be read, and leaves it as it is',
    async (command) => {
      const run = (url: string) => runTyped([command], { env: { DATABASE_URL: url } });
      const url = await createDatabase();
      const { host } = new URL(url);
      expect((await run(url)).stderr).toContain('its schema has version 0');
      await expect(queryDatabase(url, 'TABLE parts_schema')).rejects.toThrow('does not exist');
      const refused = await run(url.replace(host, '127.0.0.1:1'));
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(
        /^parts-server .*: can't open the database: .*ECONNREFUSED.*\n$/,
      );
    },
  );
});

test.for([
  ['backup', 'use pg_dump'],
  ['restore', 'use pg_restore'],
])('"%s" with DATABASE_URL is refused, and says: %s', async ([command = '', instead]) => {
  const env = { DATABASE_URL: 'postgres://parts:geheim@127.0.0.1:1/parts' };
  const { code, stderr } = await runTyped([command, 'file.db'], { env });
  expect(code).toBe(1);
  expect(stderr).toContain('DATABASE_URL is set, and this is for a SQLite file');
  expect(stderr).toContain(instead);
  expect(stderr).not.toContain('geheim');
});
