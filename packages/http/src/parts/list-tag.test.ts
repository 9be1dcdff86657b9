import { queryDatabase } from '@parts/testkit';
import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';

const openApp = shareStorage();

const LISTS = ['', '?status=Draft', '?limit=3', '?limit=100&status=Approved'];

describe.for(LISTS)('GET /v1/parts%s', (query) => {
  const path = `/v1/parts${query}`;

  test('answers 304 as long as no part changes', async () => {
    const { send, changeStatus } = await openApp();
    const read = (tag: string) => send('GET', path, { headers: { 'If-None-Match': tag } });
    const first = await read('"other"');
    const tag = first.headers.get('ETag') ?? '';
    const again = await read(tag);
    expect([first.status, again.status, await again.text()]).toEqual([200, 304, '']);
    expect(again.headers.get('ETag')).toBe(tag);
    await changeStatus(1, { status: 'Approved' });
    const changed = await read(tag);
    expect([changed.status, changed.headers.get('ETag') === tag]).toEqual([200, false]);
  });

  test('is never stale: not after a change, not after one of another server, not after a reset', async () => {
    const { send, changeStatus, database } = await openApp();
    const other = await openApp({ database });
    const status = /Draft|Approved/.exec(query)?.[0] ?? '%';
    const stored = `SELECT * FROM parts WHERE status LIKE '${status}' ORDER BY id
      LIMIT ${query.includes('=3') ? 3 : 100}`;
    const changes = [
      () => changeStatus(1, { status: 'Approved' }),
      () => other.changeStatus(1, { status: 'Rejected' }),
      () => send('POST', '/debug/reset'),
      () => changeStatus(1, { status: 'Approved' }),
    ];
    const tags = new Set<string | null>();
    for (const change of changes) {
      await change();
      for (let round = 0; round < 2; round += 1) {
        const response = await send('GET', path);
        tags.add(response.headers.get('ETag'));
        expect(await response.json()).toEqual(await queryDatabase(database, stored));
      }
    }
    expect(tags.size).toBe(changes.length);
  });
});

test('one tag never names two lists, while changes and resets go on', async () => {
  const { send, changeStatus } = await openApp();
  const lists = new Map<string, string>();
  let isOver = false;
  const readers = [1, 2, 3].map(async () => {
    while (!isOver) {
      const response = await send('GET', '/v1/parts');
      const tag = response.headers.get('ETag') ?? '';
      const text = await response.text();
      expect(lists.get(tag) ?? text).toBe(text);
      lists.set(tag, text);
    }
  });
  for (let change = 0; change < 60; change += 1) {
    await changeStatus(1 + (change % 12), { status: change % 2 === 0 ? 'Approved' : 'Draft' });
    if (change % 20 === 19) await send('POST', '/debug/reset');
  }
  isOver = true;
  await Promise.all(readers);
  expect(lists.size).toBeGreaterThan(30);
});
