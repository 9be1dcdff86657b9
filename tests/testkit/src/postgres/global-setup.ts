import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import { createCluster, type PostgresServer } from './cluster.ts';
import { isPostgresAvailable } from './find-postgres.ts';

/** Nothing that the tests store has to survive. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'autovacuum=off',
  'shared_buffers=32MB',
  'max_connections=300',
];

let started: Promise<PostgresServer> | undefined;

/** Lets test files share a PostgreSQL server, which starts when the first of them wants it. */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { TEST_DATABASE_URL, CI } = process.env;
  if (!isPostgresAvailable()) {
    const reason = `there is no PostgreSQL package for ${process.platform}-${process.arch}`;
    if (CI) throw new Error(`${reason}: set TEST_DATABASE_URL`);
    console.warn(`${reason}: tests on it are skipped unless TEST_DATABASE_URL is set`);
    provide('postgresPort', undefined);
    return undefined;
  }
  const server = createServer(async (socket) => {
    // A worker that is ended does not wait for the answer.
    socket.on('error', () => {});
    try {
      if (!TEST_DATABASE_URL) started ??= createCluster().start(...SETTINGS);
      socket.end(TEST_DATABASE_URL || (await started)?.url || '');
    } catch (error) {
      socket.end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  provide('postgresPort', typeof address === 'object' ? address?.port : undefined);
  return async () => {
    server.close();
    await started?.then(
      ({ close }) => close(),
      () => {},
    );
  };
}
