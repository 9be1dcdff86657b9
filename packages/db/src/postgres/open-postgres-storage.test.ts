import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { buildStatusChange } from '@parts/core/testing';
import { createDatabase, hasPostgres } from '@parts/testkit';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DatabaseOpenError } from '../database-open-error.ts';
import { openPostgresStorage, type PostgresOptions } from './open-postgres-storage.ts';

async function open(url: string, options?: PostgresOptions) {
  const storage = await openPostgresStorage(url, options);
  onTestFinished(() => storage.close());
  return storage;
}

/** Runs a statement as a shell would. */
async function execute(url: string, text: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Why opening fails, on one line. */
async function explainFailure(url: string): Promise<string> {
  const error: unknown = await openPostgresStorage(url, { lockTimeout: 100 }).catch(
    (error: unknown) => error,
  );
  if (!(error instanceof DatabaseOpenError)) throw error;
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret');
  expect(error.message).not.toContain('\n');
  return error.message;
}

/** A server that asks for a password and refuses each. */
async function openRefusingServer(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('R\0\0\0\x08\0\0\0\x03', 'latin1');
      socket.once('data', () => {
        const fields = 'SFATAL\0C28P01\0Mpassword authentication failed for user "ada"\0\0';
        const head = Buffer.alloc(5, 'E');
        head.writeInt32BE(fields.length + 4, 1);
        socket.end(Buffer.concat([head, Buffer.from(fields)]));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('a database that can not be opened is explained without its password:', () => {
  test.for([
    'postgres://ada:secret@',
    'postgres://ada:secret@127.0.0.1',
    'postgres://ada:secret@127.0.0.1/',
    'postgres://ada:secret@127.0.0.1:port/parts',
    'postgres://ada:secret@127.0.0.1:5432,127.0.0.1:99999/parts',
    'postgres://ada:sec/ret@127.0.0.1/parts',
    'mysql://ada:secret@127.0.0.1/parts',
    'secret',
  ])('the URL %s', async (url) => {
    expect(await explainFailure(url)).toMatch(
      /^the URL must be postgres:\/\/user:password@host:port\/database, /,
    );
  });

  test('a host without a server', async () => {
    expect(await explainFailure('postgres://ada:secret@127.0.0.1:1,[::1]:1/parts')).toMatch(
      /^parts: 127\.0\.0\.1:1: connect ECONNREFUSED .*; \[::1\]:1: connect E/,
    );
  });

  test('a password that the server refuses', async () => {
    const host = `127.0.0.1:${await openRefusingServer()}`;
    expect(await explainFailure(`postgres://ada:secret@${host}/parts`)).toBe(
      `parts: ${host}: password authentication failed for user "ada"`,
    );
  });

  test('a certificate that is not there', async () => {
    const url = 'postgres://ada:secret@127.0.0.1:1/parts?sslmode=verify-full&sslrootcert=/none.pem';
    expect(await explainFailure(url)).toContain('ENOENT');
  });
});

describe.runIf(hasPostgres())('a PostgreSQL database', () => {
  test('that does not exist is named', async () => {
    const url = new URL(await createDatabase());
    url.pathname = 'missing';
    expect(await explainFailure(url.href)).toContain('database "missing" does not exist');
  });

  test('that takes no writes is not opened', async () => {
    const url = await createDatabase();
    const name = new URL(url).pathname.slice(1);
    await execute(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect(await explainFailure(url)).toContain('it is a standby, or takes no writes');
  });

  test('of another program is left alone', async () => {
    const url = await createDatabase();
    await execute(url, 'CREATE TABLE parts (id int)');
    expect(await explainFailure(url)).toContain('relation "parts" already exists');
    const tables = await execute(
      url,
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    );
    expect(tables).toEqual([{ tablename: 'parts' }]);
  });

  test('of a newer version is left alone', async () => {
    const url = await createDatabase();
    await (await openPostgresStorage(url)).close();
    await execute(url, 'UPDATE parts_schema SET version = 99');
    expect(await explainFailure(url)).toMatch(
      /its schema has version 99, but this program knows versions up to \d+; start a newer program$/,
    );
  });

  test('gets schema and seed once from eight servers that start together', async () => {
    const url = await createDatabase();
    const all = await Promise.all(Array.from({ length: 8 }, () => open(url)));
    const updates = all.map(({ schemaUpdate }) => schemaUpdate.migratedFrom).sort();
    expect(updates).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
    const counts = await Promise.all(all.map(({ statistics }) => statistics.count()));
    expect(new Set(counts.map(({ parts }) => parts))).toEqual(new Set([12]));
  });

  test('may be without parts, which a reset does not bring', async () => {
    const { parts, maintenance } = await open(await createDatabase(), { seed: [] });
    await maintenance.reset();
    expect(await parts.list({})).toEqual([]);
  });

  test('gets its triggers again when they are those of another version', async () => {
    const url = await createDatabase();
    await (await openPostgresStorage(url)).close();
    await execute(
      url,
      "DROP TRIGGER audit_is_append_only ON audit_entries; UPDATE parts_schema SET guards = ''",
    );
    await open(url);
    await expect(execute(url, 'DELETE FROM audit_entries')).rejects.toThrow('append-only');
  });

  test('keeps its parts and its audit over a second opening', async () => {
    const url = await createDatabase();
    const first = await openPostgresStorage(url);
    await first.parts.change(buildStatusChange());
    await first.close();
    const { parts, schemaUpdate } = await open(url);
    expect(schemaUpdate).toEqual({ migratedFrom: 1, migratedTo: 1 });
    expect(await parts.find(1)).toMatchObject({ version: 2 });
  });

  test('is found behind a host that does not answer', async () => {
    const url = await createDatabase();
    const { host, port, pathname } = new URL(url);
    const storage = await open(url.replace(host, `127.0.0.1:1,${host}`));
    expect(storage.hostCount).toBe(2);
    expect(storage.readServer()).toMatchObject({
      port: Number(port),
      database: pathname.slice(1),
      version: expect.stringMatching(/^\d/),
      fsync: expect.stringMatching(/^on|off$/),
      synchronous_standby_names: '',
    });
  });

  test('takes the largest ids, and finds nothing that has U+0000', async () => {
    const { parts, audit } = await open(await createDatabase());
    const id = Number.MAX_SAFE_INTEGER;
    expect(await parts.find(id)).toBeUndefined();
    expect(await parts.list({ after: id, limit: id })).toEqual([]);
    expect(await parts.list({ words: ['board\0'] })).toEqual([]);
    expect(await parts.list({ partNumbers: ['PCB-1001\0'] })).toEqual([]);
    expect(await audit.list({ actor: 'ada\0' })).toEqual([]);
    expect(await audit.listOfPart(id, { after: id })).toEqual([]);
  });

  test('fails one change of a group when it refuses what the rules let pass', async () => {
    const { parts, audit } = await open(await createDatabase());
    const outcomes = await Promise.allSettled([
      parts.change(buildStatusChange()),
      parts.change(buildStatusChange({ reason: 'no text\0' })),
      parts.change(buildStatusChange({ partId: 2 })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await audit.list({})).map(({ id, part_id }) => [id, part_id])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });
});
