import { buildStatusChange } from '@parts/core/testing';
import { createDatabase, hasPostgres } from '@parts/testkit';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabaseProxy, warnBeforeCommit } from '../testing/database-proxy.ts';
import { openPostgresStorage, type PostgresOptions } from './open-postgres-storage.ts';

/** A storage behind a proxy, which has made one change, and a connection beside it. */
async function openBehindProxy(options?: PostgresOptions) {
  const url = await createDatabase();
  const proxy = await openDatabaseProxy(url);
  const storage = await openPostgresStorage(proxy.url, options);
  const shell = new Client({ connectionString: url });
  await shell.connect();
  onTestFinished(async () => {
    await shell.end();
    await storage.close();
  });
  await storage.parts.change(buildStatusChange());
  const change = () => storage.parts.change(buildStatusChange({ status: 'Approved' }));
  const countEntries = async () => (await storage.statistics.count()).auditEntries;
  return { url, proxy, storage, shell, change, countEntries };
}

describe.runIf(hasPostgres())('a connection that is lost', () => {
  test('with the answer to a commit leaves the change made once, and answered', async () => {
    const { proxy, change, countEntries } = await openBehindProxy();
    proxy.arm({ statements: 'arrive', onCommitted: () => undefined });
    expect(await change()).toMatchObject({ part: { version: 3, status: 'Approved' } });
    expect(await countEntries()).toBe(2);
  });

  test('before the commit leaves the change made once, at the next try', async () => {
    const { proxy, change, countEntries } = await openBehindProxy();
    proxy.arm({ statements: 'cut' });
    expect(await change()).toMatchObject({ part: { version: 3 } });
    expect(await countEntries()).toBe(2);
  });

  test('with the answer to a commit, and no server to ask, leaves the outcome unknown', async () => {
    const { proxy, change, shell } = await openBehindProxy({ lockTimeout: 1000 });
    proxy.arm({
      statements: 'arrive',
      onCommitted() {
        proxy.refuse();
        return undefined;
      },
    });
    await expect(change()).rejects.toMatchObject({ code: 'storage_outcome_unknown' });
    const { rows } = await shell.query('SELECT version FROM parts WHERE id = 1');
    expect(rows).toEqual([{ version: '3' }]);
  });

  test('with the answer to a commit, and a reset before it can be looked up, leaves the outcome unknown', async () => {
    const { proxy, change, url } = await openBehindProxy();
    const other = await openPostgresStorage(url);
    onTestFinished(() => other.close());
    proxy.arm({
      statements: 'arrive',
      onCommitted: async () => {
        await other.maintenance.reset();
        return undefined;
      },
    });
    await expect(change()).rejects.toMatchObject({ code: 'storage_outcome_unknown' });
  });

  test('while it is idle is opened again, for reads and for changes', async () => {
    const { storage, change, shell } = await openBehindProxy();
    await storage.parts.find(1);
    const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await shell.query(terminate);
    expect(await storage.parts.find(1)).toMatchObject({ version: 2 });
    await shell.query(terminate);
    expect(await change()).toMatchObject({ part: { version: 3 } });
  });
});

describe.runIf(hasPostgres())('a commit', () => {
  test('that did not wait for the standby is in doubt, and looked up', async () => {
    const { proxy, change, countEntries } = await openBehindProxy();
    proxy.arm({ statements: 'arrive', onCommitted: warnBeforeCommit });
    expect(await change()).toMatchObject({ part: { version: 3 } });
    expect(await countEntries()).toBe(2);
  });

  test('that did not wait for the standby, and can not be looked up, leaves the outcome unknown', async () => {
    const { proxy, change } = await openBehindProxy({ lockTimeout: 1000 });
    proxy.arm({
      statements: 'arrive',
      onCommitted(answer) {
        proxy.refuse();
        return warnBeforeCommit(answer);
      },
    });
    await expect(change()).rejects.toMatchObject({ code: 'storage_outcome_unknown' });
  });

  test('that is not answered in time is looked up', async () => {
    const { proxy, change, countEntries } = await openBehindProxy({ lockTimeout: 300 });
    proxy.arm({ statements: 'arrive', onCommitted: () => new Promise(() => {}) });
    expect(await change()).toMatchObject({ part: { version: 3 } });
    expect(await countEntries()).toBe(2);
  });
});

describe.runIf(hasPostgres())('while another server holds the lock', () => {
  test('a change waits for its time, fails as busy and has written nothing', async () => {
    const { shell, change, countEntries } = await openBehindProxy({ lockTimeout: 500 });
    await shell.query('BEGIN; SELECT FROM audit_head FOR UPDATE');
    await expect(change()).rejects.toMatchObject({ code: 'storage_busy' });
    await shell.query('ROLLBACK');
    expect(await countEntries()).toBe(1);
    expect(await change()).toMatchObject({ part: { version: 3 } });
  });
});
