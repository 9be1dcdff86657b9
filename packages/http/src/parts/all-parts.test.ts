import { rename } from 'node:fs/promises';
import { partSchema } from '@parts/core';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { shareStorage, TOKEN } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';
import { MAX_STREAMED_LISTS } from './all-parts.ts';

const openApp = shareStorage();

const partsSchema = z.array(partSchema);

/** The app with so many parts that their list is streamed, and a second connection. */
async function openLargeApp() {
  const app = await openApp();
  const outside = new Database(app.path, { timeout: 0 });
  onTestFinished(() => void outside.close());
  outside.exec(`
    DROP TRIGGER parts_begin_with_an_audit_entry;
    WITH RECURSIVE n(i) AS (SELECT 13 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO parts SELECT i, 'P-' || i, 'Part', '', iif(i % 2, 'Draft', 'Approved'), 1, at, at, NULL
    FROM n, (SELECT created_at AS at FROM parts WHERE id = 1)`);
  /** The list, of which nothing has been read yet. */
  const requestList = () =>
    app.app.request('/v1/parts', { headers: { Authorization: `Bearer ${TOKEN}` } });
  return { ...app, outside, requestList };
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
    // One for each stretch of 500 parts, and the first count.
    expect(turns).toBeGreaterThan(3000 / 500);
  });

  test('lets go of its snapshot when the client leaves', async () => {
    const { changeStatus, outside, requestList } = await openLargeApp();
    const isLogHeld = () => outside.pragma('wal_checkpoint(TRUNCATE)', { simple: true });
    const response = await requestList();
    const reader = response.body?.getReader();
    await reader?.read();
    await changeStatus(1, { status: 'Draft' });
    expect(isLogHeld()).toBe(1);
    await reader?.cancel();
    expect(isLogHeld()).toBe(0);
  });

  test('is a 503, and no answer that breaks off, when its snapshot cannot be opened', async () => {
    const { path, send } = await openLargeApp();
    await rename(path, `${path}.away`);
    await expectProblem(await send('GET', '/v1/parts'), 503, 'storage_unavailable');
    await rename(`${path}.away`, path);
    expect((await send('GET', '/v1/parts')).status).toBe(200);
  });

  test('is a 503 when too many are being read, until one of them ends', async () => {
    const { send, requestList } = await openLargeApp();
    const open = await Promise.all(Array.from({ length: MAX_STREAMED_LISTS }, requestList));
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
    const { send } = await openLargeApp();
    for (let count = 0; count <= MAX_STREAMED_LISTS; count += 1) {
      expect((await send('HEAD', '/v1/parts')).status).toBe(200);
    }
    expect((await send('GET', '/v1/parts')).status).toBe(200);
  });
});
