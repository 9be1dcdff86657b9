import { type Part, partSchema } from '@parts/core';
import { hideDatabase, isOnPostgres, queryDatabase } from '@parts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { shareStorage, TOKEN } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';

const MANY = Array.from(
  { length: 3000 },
  (_, index): Part => ({
    id: index + 1,
    part_number: `P-${index + 1}`,
    name: 'Part',
    description: '',
    status: index % 2 === 0 ? 'Draft' : 'Approved',
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    retired_at: null,
  }),
);

const openApp = shareStorage({ seed: MANY, lockTimeout: 1000 });

const partsSchema = z.array(partSchema);

/** The app with so many parts that their list is streamed. */
async function openLargeApp() {
  const app = await openApp();
  /** The list, of which nothing has been read yet. */
  const requestList = () =>
    app.app.request('/v1/parts', { headers: { Authorization: `Bearer ${TOKEN}` } });
  return { ...app, maxStreams: app.storage.parts.maxStreams, requestList };
}

/** Whether anything keeps what has changed since from being cleaned up. */
async function isSnapshotHeld(database: string): Promise<boolean> {
  if (isOnPostgres()) {
    const snapshots = `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction'`;
    return (await queryDatabase(database, snapshots)).length > 0;
  }
  const log = await queryDatabase<{ log: number; checkpointed: number }>(
    database,
    'PRAGMA wal_checkpoint(PASSIVE)',
  );
  return log.some(({ log, checkpointed }) => log > checkpointed);
}

describe('the list of many parts', () => {
  test('holds each part once, in order, with and without a filter', async () => {
    const { send } = await openLargeApp();
    const all = partsSchema.parse(await (await send('GET', '/v1/parts')).json());
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
    const drafts = partsSchema.parse(await (await send('GET', '/v1/parts?status=Draft')).json());
    expect(drafts).toEqual(all.filter(({ status }) => status === 'Draft'));
  });

  test('is as of one moment, whatever changes while it is read', async () => {
    const { send, changeStatus, requestList } = await openLargeApp();
    const before = await (await send('GET', '/v1/parts')).text();
    const response = await requestList();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    await changeStatus(2900, { status: 'Rejected' });
    await send('POST', '/debug/reset');
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
      if (done) break;
      text += value;
    }
    expect(text).toBe(before);
  });

  test('lets other requests have their turns while it is read', async () => {
    const { requestList } = await openLargeApp();
    let turns = 0;
    let next: NodeJS.Immediate | undefined;
    const countTurn = () => {
      turns += 1;
      next = setImmediate(countTurn);
    };
    onTestFinished(() => clearImmediate(next));
    const response = await requestList();
    countTurn();
    await response.arrayBuffer();
    // One for each batch, of up to 1,000 parts, and the first count.
    expect(turns).toBeGreaterThan(3000 / 1000);
  });

  test('lets go of its snapshot when the client leaves', async () => {
    const { changeStatus, database, requestList } = await openLargeApp();
    const response = await requestList();
    const reader = response.body?.getReader();
    await reader?.read();
    await changeStatus(1, { status: 'Draft' });
    expect(await isSnapshotHeld(database)).toBe(true);
    await reader?.cancel();
    await expect.poll(() => isSnapshotHeld(database)).toBe(false);
  });

  test('is a 503, and no answer that breaks off, when its snapshot cannot be opened', async () => {
    const { database, send } = await openLargeApp();
    const bringBack = await hideDatabase(database);
    await expectProblem(await send('GET', '/v1/parts'), 503, 'storage_unavailable');
    await bringBack();
    expect((await send('GET', '/v1/parts')).status).toBe(200);
  });

  test('is a 503 when too many are being read, until one of them ends', async () => {
    const { send, maxStreams, requestList } = await openLargeApp();
    const open = await Promise.all(Array.from({ length: maxStreams }, requestList));
    const refused = await send('GET', '/v1/parts');
    expect(refused.headers.get('Retry-After')).toBe('1');
    await expectProblem(refused, 503, 'lists_exhausted');
    expect((await send('GET', '/v1/parts?limit=1000')).status).toBe(200);
    await open[0]?.body?.cancel();
    await open[1]?.text();
    for (const list of [await requestList(), await requestList()]) {
      expect(list.status).toBe(200);
      await list.body?.cancel();
    }
    await Promise.all(open.slice(2).map(({ body }) => body?.cancel()));
  });

  test('opens no snapshot for HEAD', async () => {
    const { send, maxStreams } = await openLargeApp();
    for (let count = 0; count <= maxStreams; count += 1) {
      expect((await send('HEAD', '/v1/parts')).status).toBe(200);
    }
    expect((await send('GET', '/v1/parts')).status).toBe(200);
  });
});
