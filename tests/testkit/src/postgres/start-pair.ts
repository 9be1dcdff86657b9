import { onTestFinished } from 'vitest';
import { queryDatabase } from '../query-database.ts';
import { waitUntil } from '../wait-until.ts';
import { createCluster, type PostgresServer } from './cluster.ts';

/** A primary with a standby. */
export interface PostgresPair {
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
  /** Names both hosts. */
  readonly url: string;
  /** Lets the standby receive nothing from now on. */
  cutReplication(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a pair for the time of the test.
 *
 * @param isSynchronous whether a commit waits until the standby has it
 */
export async function startPair(isSynchronous: boolean): Promise<PostgresPair> {
  const first = createCluster();
  const second = first.copyForStandby();
  const names = isSynchronous ? 'standby' : '';
  const primary = await first.start('fsync=off', `synchronous_standby_names=${names}`);
  onTestFinished(primary.close);
  const standby = await second.start('fsync=off', 'wal_retrieve_retry_interval=50ms');
  onTestFinished(standby.close);
  const countStreams = async () =>
    (await queryDatabase(primary.url, 'SELECT FROM pg_stat_replication')).length;

  async function follow(source: string): Promise<void> {
    await queryDatabase(standby.url, `ALTER SYSTEM SET primary_conninfo = '${source}'`);
    await queryDatabase(standby.url, 'SELECT pg_reload_conf()');
    const expected = source === '' ? 0 : 1;
    const what = `a primary with ${expected} standbys`;
    await waitUntil(what, async () => (await countStreams()) === expected);
  }

  await follow(`host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`);
  const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`).join();
  return {
    primary,
    standby,
    url: `postgres://postgres@${hosts}/postgres`,
    cutReplication: () => follow(''),
    async close() {
      await Promise.all([primary.close(), standby.close()]);
    },
  };
}
