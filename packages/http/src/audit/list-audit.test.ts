import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { codeOf, entriesOf, nextOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

describe('the history of a part', () => {
  test('is listed newest first, with reason and request id, in pages', async () => {
    const { send, changeStatus } = await openApp();
    for (const [index, status] of (['Draft', 'In Review', 'Approved'] as const).entries()) {
      await changeStatus(1, { status, reason: `step ${index}` }, { 'X-Request-Id': `r-${index}` });
      await changeStatus(2, { status });
    }
    const first = await send('GET', '/v1/parts/1/audit?limit=2');
    const second = await send('GET', nextOf(first) ?? '');
    const entries = [...(await entriesOf(first)), ...(await entriesOf(second))];
    expect(nextOf(second)).toBeUndefined();
    expect(entries).toMatchObject([
      { part_id: 1, version: 4, new_status: 'Approved', reason: 'step 2', request_id: 'r-2' },
      { part_id: 1, version: 3, new_status: 'In Review', reason: 'step 1', request_id: 'r-1' },
      { part_id: 1, version: 2, new_status: 'Draft', reason: 'step 0', request_id: 'r-0' },
    ]);
  });

  test('is a 404 for an unknown part', async () => {
    const { send } = await openApp();
    for (const id of ['99', '0', 'x']) {
      expect((await send('GET', `/v1/parts/${id}/audit`)).status).toBe(404);
    }
  });

  test('has null where a change had no reason', async () => {
    const { send, changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft' });
    expect(await entriesOf(await send('GET', '/v1/parts/1/audit'))).toMatchObject([
      { reason: null },
    ]);
  });
});

describe('the audit of all parts', () => {
  test('is listed oldest first after an id', async () => {
    const { send, changeStatus } = await openApp();
    for (const id of [3, 1, 2]) await changeStatus(id, { status: 'Draft' });
    const first = await send('GET', '/v1/audit?after=0&limit=2');
    const second = await send('GET', nextOf(first) ?? '');
    const ids = [...(await entriesOf(first)), ...(await entriesOf(second))].map((e) => e.part_id);
    expect(ids).toEqual([3, 1, 2]);
    expect(nextOf(second)).toBeUndefined();
    expect(await entriesOf(await send('GET', '/v1/audit?after=3'))).toEqual([]);
  });

  test('is empty after the end', async () => {
    const { send, changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft' });
    expect(await entriesOf(await send('GET', '/v1/audit?after=end'))).toEqual([]);
  });

  test.for([
    'after=',
    'after=END',
    'after=-1',
    'after=1e1',
    'after=x',
    'after=01',
    'after=9007199254740993',
    'limit=0',
  ])('refuses ?%s', async (query) => {
    const { send } = await openApp();
    const response = await send('GET', `/v1/audit?${query}`);
    expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_parameter']);
  });
});
