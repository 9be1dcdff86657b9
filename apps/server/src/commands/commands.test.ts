import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alterDatabase } from '../testing/database-file.ts';
import { REPOSITORY } from '../testing/repository.ts';
import { runTyped } from '../testing/run-typed.ts';
import { serve } from '../testing/serve.ts';
import { createTokensFile } from '../testing/tokens-file.ts';

const entriesSchema = z.array(z.record(z.string(), z.unknown()));

const run = (args: string, directory?: string) => runTyped(args.split(' '), { directory });

test.for([
  ['--version', 0],
  ['check missing.db', 1],
  ['chek', 2],
] as const)('the process of "parts-server %s" exits with %i', async ([args, code]) => {
  const program = join(REPOSITORY, 'apps/server/bin/parts-server.js');
  const launched = await launch({ command: `${process.execPath} ${program} ${args}` });
  expect(await launched.exit).toEqual({ code, signal: null });
  expect(launched.stdout() === '').toBe(code !== 0);
  expect(launched.stderr() === '').toBe(code === 0);
});

describe('parts-server', () => {
  test('has --help, which names each command, and --version', async () => {
    for (const args of ['--help', '-h', 'check --help']) {
      const { code, stdout } = await run(args);
      expect(code).toBe(0);
      for (const name of ['serve', 'token', 'check', 'audit-digest'])
        expect(stdout).toContain(name);
    }
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.for([
    ['chek', 'there is no command "chek"'],
    ['--port', 'there is no command "--port"'],
    ['__proto__', 'there is no command "__proto__"'],
    ['serve 80', 'expected no arguments'],
    ['serve --port=80', "Unknown option '--port'"],
    ['token', 'expected NAME ROLE'],
    ['token ada', 'expected NAME ROLE'],
    ['token ada reader more', 'expected NAME ROLE'],
    ['token a/b reader', 'NAME must have 1 to 64 letters'],
    ['token ada boss', 'ROLE must be one of reader, editor, approver'],
    ['backup', 'expected FILE'],
    ['restore a b', 'expected FILE'],
    ['check a b', 'expected FILE'],
    ['audit-digest 3', 'Unexpected argument'],
    ['audit-digest --until', 'argument missing'],
    ['audit-digest --until=-1', '--until must be the id of an audit entry, or 0'],
    ['audit-digest --until=1e1', '--until must be'],
  ] as const)('refuses %j and says: %s', async ([args, expected]) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
    expect(stderr).toContain('usage: parts-server');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.for(['check', 'check missing.db', 'audit-digest'])(
    '%s tells that there is no database, and makes none',
    async (args) => {
      const { code, stderr } = await run(args);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^parts-server [a-z-]+: can't open the database: .* does not exist\n$/,
      );
    },
  );
});

test('token prints a new token each time, and the entry that lets it in', async () => {
  const made = [await run('token ada approver'), await run('token ada approver')];
  const [first, second] = made.map(({ stdout }) => {
    const [token = ''] = /pt_[\w-]{32}(?=\n)/.exec(stdout) ?? [];
    return { token, entry: JSON.parse(/\{.*\}/.exec(stdout)?.[0] ?? '') };
  });
  expect(first?.token).not.toBe(second?.token);
  const sha256 = createHash('sha256')
    .update(first?.token ?? '')
    .digest('hex');
  expect(first?.entry).toEqual({ name: 'ada', role: 'approver', sha256 });

  const { path, writeText } = await createTokensFile({});
  writeText(JSON.stringify([first?.entry]));
  const server = await serve({ env: { TOKENS_FILE: path } });
  const headers = { Authorization: `Bearer ${first?.token}` };
  expect((await server.request('/v1/session', { headers })).status).toBe(200);
});

describe('a database', () => {
  /** Three entries, of which the last server has let go. */
  async function createHistory() {
    const server = await serve();
    await server.changeStatus(1, 'In Review');
    await server.changeStatus(1, 'Approved');
    await server.changeStatus(2, 'Draft');
    return {
      ...server,
      digest: (args = '') => run(`audit-digest ${args}`.trim(), server.directory),
    };
  }

  test('has the same digest beside the server, after its end, and computed from the API', async () => {
    const server = await createHistory();
    const beside = JSON.parse((await server.digest()).stdout);
    const entries = entriesSchema.parse(await (await server.request('/v1/audit')).json());
    await server.stop();
    expect(JSON.parse((await server.digest()).stdout)).toEqual(beside);

    const lines = [
      { epoch: beside.epoch, last_id: 3 },
      ...entries.map((entry) =>
        Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))),
      ),
    ].map((line) => `${JSON.stringify(line)}\n`);
    expect(beside).toEqual({
      epoch: expect.stringMatching(/^[0-9a-f]+$/),
      last_id: 3,
      sha256: createHash('sha256').update(lines.join('')).digest('hex'),
    });
  });

  test('keeps the digest up to an entry while the history goes on', async () => {
    const server = await createHistory();
    const before = (await server.digest()).stdout;
    await server.changeStatus(3, 'Approved');
    expect((await server.digest()).stdout).not.toBe(before);
    expect((await server.digest('--until 3')).stdout).toBe(before);
    expect((await server.digest('--until 5')).stderr).toBe(
      'parts-server audit-digest: there is no entry 5: the audit ends at 4\n',
    );
  });

  test.for([
    [
      'a reason that somebody rewrites',
      `DROP TRIGGER audit_entries_are_never_updated;
       UPDATE audit_entries SET reason = 'fine' WHERE id = 2`,
      'the triggers are not those of this program',
    ],
    [
      'an entry that somebody takes out',
      'DROP TRIGGER audit_entries_are_never_deleted; DELETE FROM audit_entries WHERE id = 1',
      'entry 1 is missing',
    ],
    [
      'an end that somebody cuts off, with the part as it was before',
      `DROP TRIGGER audit_entries_are_never_deleted; DROP TRIGGER parts_change_with_an_audit_entry;
       DELETE FROM audit_entries WHERE id = 3;
       UPDATE parts SET status = 'In Review', version = 1, updated_at = created_at WHERE id = 2`,
      'the triggers are not those of this program',
    ],
    [
      'a status that somebody sets',
      `DROP TRIGGER parts_change_with_an_audit_entry; UPDATE parts SET status = 'Approved' WHERE id = 2`,
      'part 2: entry 3 leads to status "Draft", but what follows has "Approved"',
    ],
  ] as const)('shows %s', async ([, sql, fault]) => {
    const server = await createHistory();
    const before = (await server.digest()).stdout;
    await server.stop();
    const sound = await run('check data.db', server.directory);
    expect(sound).toEqual({ code: 0, stdout: 'data.db is sound\n', stderr: '' });
    alterDatabase(server.database, sql);
    const checked = await run('check data.db', server.directory);
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining(fault) });
    // What the audit does not have is not for its digest to show.
    if (!/SET status = 'Approved'/.test(sql)) {
      expect((await server.digest('--until 3')).stdout).not.toBe(before);
    }
  });

  test('of another program is told apart, and a damaged one is no stack trace', async () => {
    const server = await createHistory();
    await server.stop();
    const path = join(server.directory, 'text.db');
    await writeFile(path, 'just a text '.repeat(1000));
    const { stderr } = await run('check text.db', server.directory);
    expect(stderr).toContain('file is not a database');
    alterDatabase(join(server.directory, 'other.db'), 'CREATE TABLE notes (text TEXT)');
    expect((await run('check other.db', server.directory)).stderr).toContain('another program');
    alterDatabase(join(server.directory, 'data.db'), 'PRAGMA user_version = 7');
    expect((await run('check data.db', server.directory)).stderr).toContain('has version 7');
  });
});
