import { auditEntrySchema, partSchema } from '@parts/core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openApp } from './testing/open-app.ts';

const problemSchema = z.object({ code: z.string(), detail: z.string() });
const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;
const idsOf = async (response: Response) =>
  z
    .array(partSchema)
    .parse(await response.json())
    .map(({ id }) => id);
const entriesOf = async (response: Response) =>
  z.array(auditEntrySchema).parse(await response.json());

/** The URL of the next page, if there is one. */
const nextOf = (response: Response) =>
  /^<(.*)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1];

describe('lost updates', () => {
  test('a part has its version as a strong entity tag', async () => {
    const { send, changeStatus } = openApp();
    expect((await send('GET', '/v1/parts/1')).headers.get('ETag')).toBe('"1"');
    expect((await changeStatus(1, { status: 'Draft' })).headers.get('ETag')).toBe('"2"');
    expect((await send('GET', '/v1/parts/1')).headers.get('ETag')).toBe('"2"');
  });

  test.for(['"1"', '*', ' * ', '"7", "1"', '"7","1"', 'W/"1", "1"', '"abc","1"'])(
    'If-Match: %s allows the change of version 1',
    async (tags) => {
      const { changeStatus } = openApp();
      expect((await changeStatus(1, { status: 'Draft' }, { 'If-Match': tags })).status).toBe(200);
    },
  );

  test.for(['"2"', 'W/"1"', '"01"', '""', '"abc"', '"1x", "3"', '"1.0"', '"1e0"'])(
    'If-Match: %s refuses it, tells the current tag and writes nothing',
    async (tags) => {
      const { changeStatus, readStats } = openApp();
      const response = await changeStatus(1, { status: 'Draft' }, { 'If-Match': tags });
      expect(response.status).toBe(412);
      expect(response.headers.get('ETag')).toBe('"1"');
      expect(await codeOf(response)).toBe('version_conflict');
      expect(await readStats()).toMatchObject({ audit_count: 0 });
    },
  );

  test.for(['1', '', '"1', '"1 "', '1"', '"1" "2"', 'w/"1"', "'1'", '*, "1"', ',', '"1"; "2"'])(
    'If-Match: %s is not a list of tags',
    async (tags) => {
      const { changeStatus, readStats } = openApp();
      const response = await changeStatus(1, { status: 'Draft' }, { 'If-Match': tags });
      expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_header']);
      expect(await readStats()).toMatchObject({ audit_count: 0 });
    },
  );

  test('a bad body and an unknown part come before a stale tag', async () => {
    const { changeStatus } = openApp();
    const stale = { 'If-Match': '"9"' };
    expect((await changeStatus(1, { status: 'x' }, stale)).status).toBe(400);
    expect((await changeStatus(99, { status: 'Draft' }, stale)).status).toBe(404);
  });

  test('of many changes with the same tag one is made', async () => {
    const { changeStatus, readStats } = openApp();
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
  ])('GET with If-None-Match: %s is a %d', async ([tags, status]) => {
    const { send } = openApp();
    const response = await send('GET', '/v1/parts/1', { headers: { 'If-None-Match': tags } });
    expect([response.status, response.headers.get('ETag')]).toEqual([status, '"1"']);
    if (status === 304) expect(await response.text()).toBe('');
  });
});

describe('safe retries', () => {
  test('a replay answers the first result byte for byte and writes nothing', async () => {
    const { changeStatus, readStats } = openApp();
    const key = { 'Idempotency-Key': 'retry-1' };
    const first = await changeStatus(1, { status: 'Approved', reason: 'ok' }, key);
    expect(first.headers.get('Idempotent-Replayed')).toBeNull();
    const body = await first.text();
    await changeStatus(1, { status: 'Rejected' });
    const replay = await changeStatus(1, { reason: 'ok', status: 'Approved' }, key);
    expect(replay.status).toBe(200);
    expect(await replay.text()).toBe(body);
    expect(replay.headers.get('ETag')).toBe('"2"');
    expect(replay.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await readStats()).toMatchObject({ audit_count: 2 });
  });

  test('the same key with another request is refused', async () => {
    const { changeStatus, readStats } = openApp();
    const key = { 'Idempotency-Key': 'k' };
    await changeStatus(1, { status: 'Approved' }, key);
    for (const [body, headers] of [
      [{ status: 'Draft' }, key],
      [{ status: 'Approved', reason: 'other' }, key],
      [{ status: 'Approved' }, { ...key, 'If-Match': '"1"' }],
    ] as const) {
      const response = await changeStatus(1, body, headers);
      expect([response.status, await codeOf(response)]).toEqual([422, 'idempotency_key_reused']);
    }
    expect(await readStats()).toMatchObject({ audit_count: 1 });
  });

  test('a key belongs to its part, and is free again after a reset', async () => {
    const { send, changeStatus } = openApp();
    const key = { 'Idempotency-Key': 'k' };
    await changeStatus(1, { status: 'Approved' }, key);
    const other = await changeStatus(2, { status: 'Draft' }, key);
    expect(other.headers.get('Idempotent-Replayed')).toBeNull();
    await send('POST', '/debug/reset');
    const again = await changeStatus(1, { status: 'Draft' }, key);
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([200, null]);
  });

  test('a refused request leaves its key free', async () => {
    const { changeStatus } = openApp();
    const key = { 'Idempotency-Key': 'k' };
    expect((await changeStatus(1, { status: 'x' }, key)).status).toBe(400);
    const stale = { ...key, 'If-Match': '"9"' };
    expect((await changeStatus(1, { status: 'Draft' }, stale)).status).toBe(412);
    expect((await changeStatus(1, { status: 'Draft' }, key)).status).toBe(200);
  });

  test('a bare and a quoted key are the same', async () => {
    const { changeStatus } = openApp();
    await changeStatus(1, { status: 'Draft' }, { 'Idempotency-Key': 'a b\\"' });
    const quoted = await changeStatus(
      1,
      { status: 'Draft' },
      { 'Idempotency-Key': '"a b\\\\\\""' },
    );
    expect(quoted.headers.get('Idempotent-Replayed')).toBe('true');
  });

  test.for(['x', 'x'.repeat(255), `"${'x'.repeat(255)}"`, '~!@#$%^&*()', '__proto__'])(
    'the key %s is taken',
    async (key) => {
      const { changeStatus } = openApp();
      const send = () => changeStatus(1, { status: 'Draft' }, { 'Idempotency-Key': key });
      expect((await send()).status).toBe(200);
      expect((await send()).headers.get('Idempotent-Replayed')).toBe('true');
    },
  );

  test.for([
    '',
    '""',
    '"',
    '"x',
    '"x"y',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    'é',
    'a\tb',
    '" x"',
  ])('the key %j is refused', async (key) => {
    const { changeStatus, readStats } = openApp();
    const response = await changeStatus(1, { status: 'Draft' }, { 'Idempotency-Key': key });
    expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_header']);
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });
});

describe('pages', () => {
  test.for([1, 5, 11, 12, 13, 1000])(
    'of %d parts bring every part once, in order',
    async (limit) => {
      const { send, changeStatus } = openApp();
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
    const { send } = openApp();
    const all = await idsOf(await send('GET', '/v1/parts?status=In%20Review'));
    const first = await send('GET', '/v1/parts?limit=2&status=In+Review&unknown=1');
    const second = await send('GET', nextOf(first) ?? '');
    expect([...(await idsOf(first)), ...(await idsOf(second))]).toEqual(all);
    expect(nextOf(second)).toBeUndefined();
  });

  test('a cursor is good without a limit, and is tied to its filter', async () => {
    const { send } = openApp();
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
  ])('/v1/parts?%s is refused', async (query) => {
    const { send } = openApp();
    const response = await send('GET', `/v1/parts?${query}`);
    expect(response.status).toBe(400);
    const { code, detail } = problemSchema.parse(await response.json());
    expect(code).toBe('invalid_parameter');
    expect(detail).toContain(query.split('=')[0]);
  });
});

describe('the history of a part', () => {
  test('is listed newest first, with reason and request id, in pages', async () => {
    const { send, changeStatus } = openApp();
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

  test('of an unknown part is a 404', async () => {
    const { send } = openApp();
    for (const id of ['99', '0', 'x']) {
      expect((await send('GET', `/v1/parts/${id}/audit`)).status).toBe(404);
    }
  });

  test('without a reason has null there', async () => {
    const { send, changeStatus } = openApp();
    await changeStatus(1, { status: 'Draft' });
    expect(await entriesOf(await send('GET', '/v1/parts/1/audit'))).toMatchObject([
      { reason: null },
    ]);
  });
});

describe('the audit of all parts', () => {
  test('is listed oldest first after an id', async () => {
    const { send, changeStatus } = openApp();
    for (const id of [3, 1, 2]) await changeStatus(id, { status: 'Draft' });
    const first = await send('GET', '/v1/audit?after=0&limit=2');
    const second = await send('GET', nextOf(first) ?? '');
    const ids = [...(await entriesOf(first)), ...(await entriesOf(second))].map((e) => e.part_id);
    expect(ids).toEqual([3, 1, 2]);
    expect(nextOf(second)).toBeUndefined();
    expect(await entriesOf(await send('GET', '/v1/audit?after=3'))).toEqual([]);
  });

  test.for([
    'after=',
    'after=-1',
    'after=1e1',
    'after=x',
    'after=01',
    'after=9007199254740993',
    'limit=0',
  ])('?%s is refused', async (query) => {
    const { send } = openApp();
    const response = await send('GET', `/v1/audit?${query}`);
    expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_parameter']);
  });
});
