import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem, idsOf, nextOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

describe('GET /v1/parts', () => {
  test('finds parts by words, in pages', async () => {
    const { send } = await openApp();
    expect(await idsOf(await send('GET', '/v1/parts?q=MOTOR%20750'))).toEqual([9]);
    const first = await send('GET', '/v1/parts?q=board&limit=2');
    expect(await idsOf(first)).toEqual([1, 2]);
    const second = await send('GET', nextOf(first) ?? '');
    expect([await idsOf(second), nextOf(second)]).toEqual([[3], undefined]);
    expect(await idsOf(await send('GET', '/v1/parts?q=_'))).toEqual([]);
  });

  test('finds parts by their numbers, in pages', async () => {
    const { send } = await openApp();
    const first = await send('GET', '/v1/parts?part_number=pcb-1003&part_number=PCB-1001&limit=1');
    expect(await idsOf(first)).toEqual([1]);
    const second = await send('GET', nextOf(first) ?? '');
    expect([await idsOf(second), nextOf(second)]).toEqual([[3], undefined]);
  });

  test.for([
    'q=',
    'q=%20',
    'q=%00',
    `q=${'x'.repeat(101)}`,
    'q=a+b+c+d+e+f+g+h+i',
    'retired=yes',
    `part_number=1${'&part_number=x'.repeat(100)}`,
  ])('refuses ?%s', async (query) => {
    const { send } = await openApp();
    await expectProblem(await send('GET', `/v1/parts?${query}`), 400, 'invalid_parameter');
  });
});

test('GET /v1/parts/counts counts the parts in use by status', async () => {
  const { send } = await openApp();
  const read = async () => (await send('GET', '/v1/parts/counts')).json();
  expect(await read()).toEqual({ Draft: 4, 'In Review': 3, Approved: 3, Rejected: 2 });
  await send('PATCH', '/v1/parts/1', { body: '{"retired":true}' });
  expect(await read()).toMatchObject({ Draft: 3 });
});
