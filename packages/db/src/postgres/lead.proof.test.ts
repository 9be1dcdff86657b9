import { createDatabase, hasPostgres } from '@parts/testkit';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPostgresStorage } from './open-postgres-storage.ts';

const OTHER = '00000000-0000-4000-8000-000000000000';

describe.runIf(hasPostgres())('the lease of the leader', () => {
  async function openWithLease(until: string) {
    const url = await createDatabase();
    const storage = await openPostgresStorage(url);
    const shell = new Client({ connectionString: url });
    await shell.connect();
    const grantToOther = (until: string) =>
      shell.query(`UPDATE event_lease SET owner = '${OTHER}', valid_until = now() + '${until}'`);
    await grantToOther(until);
    const steps: string[] = [];
    const giveUp = storage.lead(() => {
      steps.push('begins');
      return async () => {
        steps.push('ends');
      };
    });
    onTestFinished(async () => {
      await giveUp();
      await shell.end();
      await storage.close();
    });
    return { shell, steps, grantToOther, giveUp };
  }

  test('passes to another opening when its owner died and it has run out', async () => {
    const { steps } = await openWithLease('1 s');
    expect(steps).toEqual([]);
    await expect.poll(() => steps).toEqual(['begins']);
  });

  test('ends the work when another opening has taken it, until it is free again', async () => {
    const { shell, steps, grantToOther } = await openWithLease('-1 s');
    await expect.poll(() => steps).toEqual(['begins']);
    await grantToOther('1 h');
    await expect.poll(() => steps).toEqual(['begins', 'ends']);
    await shell.query('UPDATE event_lease SET owner = NULL');
    await expect.poll(() => steps).toEqual(['begins', 'ends', 'begins']);
  });

  test('ends the work when the database does not answer, so that it is not renewed', async () => {
    const { shell, steps } = await openWithLease('-1 s');
    await expect.poll(() => steps).toEqual(['begins']);
    await shell.query('BEGIN; LOCK event_lease');
    await expect.poll(() => steps).toEqual(['begins', 'ends']);
    await shell.query('ROLLBACK');
  });
});
