import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import type { CleanUp } from '../temporary-directory.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers each connection with the URL of a PostgreSQL server; undefined when there is none. */
    postgresPort: number | undefined;
    /** What the project of the test stores in. */
    engine: 'sqlite' | 'postgres';
  }
}

/** Whether tests on PostgreSQL can run. */
export const hasPostgres = (): boolean => inject('postgresPort') !== undefined;

/** Whether the test is one that runs on both engines, and now on PostgreSQL. Programs that are no tests may ask, too. */
export const isOnPostgres = (): boolean =>
  process.env['VITEST'] !== undefined && inject('engine') === 'postgres';

let administrator: Promise<{ client: pg.Client; url: string }> | undefined;

/**
 * Creates an empty database on the PostgreSQL server of this test run, and drops it after the test.
 *
 * @returns its URL
 */
export async function createDatabase(cleanUp: CleanUp = onTestFinished): Promise<string> {
  administrator ??= connectAdministrator();
  const { client, url } = await administrator;
  const name = `parts_${randomBytes(8).toString('hex')}`;
  // The quicker way while fsync is off.
  const source = `template template0 encoding 'UTF8' locale 'C' strategy file_copy`;
  await client.query(`create database ${name} ${source}`);
  cleanUp(async () => {
    await client.query(`drop database ${name} with (force)`);
  });
  return Object.assign(new URL(url), { pathname: name }).href;
}

async function connectAdministrator() {
  const url = await text(connect(inject('postgresPort') ?? 0, '127.0.0.1'));
  if (!URL.canParse(url)) throw new Error(`PostgreSQL did not start: ${url}`);
  const client = new pg.Client({ connectionString: url });
  // The server may be stopped before this process ends.
  client.on('error', () => {});
  await client.connect();
  return { client, url };
}
