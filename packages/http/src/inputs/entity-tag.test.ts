import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { codeOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

describe('the entity tag', () => {
  test('is the version of the part', async () => {
    const { send, changeStatus } = await openApp();
    expect((await send('GET', '/v1/parts/1')).headers.get('ETag')).toBe('"1"');
    expect((await changeStatus(1, { status: 'Draft' })).headers.get('ETag')).toBe('"2"');
    expect((await send('GET', '/v1/parts/1')).headers.get('ETag')).toBe('"2"');
  });

  test.for(['"1"', '*', ' * ', '"7", "1"', '"7","1"', 'W/"1", "1"', '"abc","1"'])(
    'allows a change of version 1 with If-Match: %s',
    async (tags) => {
      const { changeStatus } = await openApp();
      expect((await changeStatus(1, { status: 'Draft' }, { 'If-Match': tags })).status).toBe(200);
    },
  );

  test.for(['"2"', 'W/"1"', '"01"', '""', '"abc"', '"1x", "3"', '"1.0"', '"1e0"'])(
    'prevents a change of version 1 with If-Match: %s, and the answer has the current one',
    async (tags) => {
      const { changeStatus, readStats } = await openApp();
      const response = await changeStatus(1, { status: 'Draft' }, { 'If-Match': tags });
      expect(response.status).toBe(412);
      expect(response.headers.get('ETag')).toBe('"1"');
      expect(await codeOf(response)).toBe('version_conflict');
      expect(await readStats()).toMatchObject({ audit_count: 0 });
    },
  );

  test.for(['1', '', '"1', '"1 "', '1"', '"1" "2"', 'w/"1"', "'1'", '*, "1"', ',', '"1"; "2"'])(
    'is a 400 in a malformed list, If-Match: %s',
    async (tags) => {
      const { changeStatus, readStats } = await openApp();
      const response = await changeStatus(1, { status: 'Draft' }, { 'If-Match': tags });
      expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_header']);
      expect(await readStats()).toMatchObject({ audit_count: 0 });
    },
  );

  test('is compared after the body is read and the part is found', async () => {
    const { changeStatus } = await openApp();
    const stale = { 'If-Match': '"9"' };
    expect((await changeStatus(1, { status: 'x' }, stale)).status).toBe(400);
    expect((await changeStatus(99, { status: 'Draft' }, stale)).status).toBe(404);
  });

  test('lets one of many changes with the same If-Match be made', async () => {
    const { changeStatus, readStats } = await openApp();
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => changeStatus(1, { status: 'Draft' }, { 'If-Match': '"1"' })),
    );
    const statuses = responses.map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    expect(await readStats()).toMatchObject({ audit_count: 1 });
  });

  test.for<[string, number]>([
    ['"1"', 304],
    ['W/"1"', 304],
    ['*', 304],
    ['"9", "1"', 304],
    ['"2"', 200],
    ['1', 200],
    ['', 200],
  ])('makes GET with If-None-Match: %s a %d', async ([tags, status]) => {
    const { send } = await openApp();
    const response = await send('GET', '/v1/parts/1', { headers: { 'If-None-Match': tags } });
    expect([response.status, response.headers.get('ETag')]).toEqual([status, '"1"']);
    if (status === 304) expect(await response.text()).toBe('');
  });
});
