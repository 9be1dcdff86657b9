import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { codeOf, idsOf, nextOf, problemOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

describe('pages', () => {
  test.for([1, 5, 11, 12, 13, 1000])(
    'of %d parts bring every part once, in order',
    async (limit) => {
      const { send, changeStatus } = await openApp();
      const seen: number[] = [];
      let url: string | undefined = `/v1/parts?limit=${limit}`;
      for (let page = 1; url !== undefined; page += 1) {
        const response: Response = await send('GET', url);
        seen.push(...(await idsOf(response)));
        url = nextOf(response);
        await changeStatus(page, { status: 'Draft' });
      }
      expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    },
  );

  test('keep to their filter', async () => {
    const { send } = await openApp();
    const all = await idsOf(await send('GET', '/v1/parts?status=In%20Review'));
    const first = await send('GET', '/v1/parts?limit=2&status=In+Review&unknown=1');
    const second = await send('GET', nextOf(first) ?? '');
    expect([...(await idsOf(first)), ...(await idsOf(second))]).toEqual(all);
    expect(nextOf(second)).toBeUndefined();
  });

  test('need a cursor of the same filter, and no limit', async () => {
    const { send } = await openApp();
    const next = nextOf(await send('GET', '/v1/parts?limit=5')) ?? '';
    const cursor = new URLSearchParams(next.split('?')[1]).get('cursor') ?? '';
    expect(await idsOf(await send('GET', `/v1/parts?cursor=${cursor}`))).toHaveLength(7);
    for (const path of [
      `/v1/parts?status=Draft&cursor=${cursor}`,
      `/v1/parts/1/audit?cursor=${cursor}`,
      `/v1/parts?cursor=${cursor}x`,
      `/v1/parts?cursor=x${cursor}`,
      `/v1/parts?cursor=${cursor.slice(1)}`,
      `/v1/parts?cursor=${cursor.slice(0, -1)}`,
    ]) {
      const response = await send('GET', path);
      expect([path, response.status, await codeOf(response)]).toEqual([
        path,
        400,
        'invalid_parameter',
      ]);
    }
  });

  test.for([
    'limit=',
    'limit=0',
    'limit=-1',
    'limit=1001',
    'limit=1e1',
    'limit=0x10',
    'limit=1.0',
    'limit=%201',
    'limit=01',
    'limit=all',
    'limit=99999999999999999999',
    'cursor=',
    'cursor=1',
    'cursor=%00',
    'cursor=%F0%9F%98%80',
    'cursor=eyJpZCI6MX0',
    'status=',
    'status=draft',
    'status=Draft,Approved',
    'status=Lost',
  ])('are refused for /v1/parts?%s', async (query) => {
    const { send } = await openApp();
    const response = await send('GET', `/v1/parts?${query}`);
    expect(response.status).toBe(400);
    const { code, detail } = await problemOf(response);
    expect(code).toBe('invalid_parameter');
    expect(detail).toContain(query.split('=')[0]);
  });
});
