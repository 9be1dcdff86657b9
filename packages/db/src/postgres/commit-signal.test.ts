import { buildStatusChange } from '@parts/core/testing';
import { createDatabase, hasPostgres } from '@parts/testkit';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPostgresStorage } from './open-postgres-storage.ts';

describe.runIf(hasPostgres())('an opening that listens for commits', () => {
  async function openListening() {
    const url = await createDatabase();
    const one = await openPostgresStorage(url);
    const two = await openPostgresStorage(url);
    const shell = new Client({ connectionString: url });
    await shell.connect();
    let calls = 0;
    const stop = two.audit.onCommit(() => {
      calls += 1;
    });
    onTestFinished(async () => {
      stop();
      await shell.end();
      await one.close();
      await two.close();
    });
    const listensTo = `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND query = 'LISTEN parts_audit'`;
    const findEar = async () => (await shell.query(listensTo)).rows[0]?.pid;
    await expect.poll(findEar).toBeDefined();
    return { one, shell, findEar, countCalls: () => calls };
  }

  test('hears of each commit of another opening', async () => {
    const { one, countCalls } = await openListening();
    for (let change = 0; change < 5; change += 1) {
      const before = countCalls();
      await one.parts.change(buildStatusChange());
      await expect.poll(countCalls).toBeGreaterThan(before);
    }
  });

  test('hears of commits without notifications, and listens for them again', async () => {
    const { one, shell, findEar, countCalls } = await openListening();
    const ear = await findEar();
    const before = countCalls();
    await shell.query(`SELECT pg_terminate_backend(${ear})`);
    await one.parts.change(buildStatusChange());
    await expect.poll(countCalls).toBeGreaterThan(before);
    await expect.poll(findEar).not.toBe(ear);
    await expect.poll(findEar).toBeDefined();
  });
});
