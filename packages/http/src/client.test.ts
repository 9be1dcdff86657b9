import { parseResponse } from 'hono/client';
import { describe, expect, test } from 'vitest';
import { createPartsClient } from './client.ts';
import { shareStorage, TOKEN } from './testing/open-app.ts';

const openApp = shareStorage();

/** A client of an app on a real database, without a network between them. */
async function openClient(token = TOKEN) {
  const { request } = await openApp();
  const fetch = (input: string | URL | Request, init?: RequestInit) =>
    request(String(input).replace('http://parts.example', ''), init);
  return createPartsClient('http://parts.example', { token, fetch });
}

describe('the typed client', () => {
  test('changes a status and reads the part and its audit', async () => {
    const { v1, debug } = await openClient();
    const part = await parseResponse(v1.parts[':id'].$get({ param: { id: 2 } }));
    const changed = await parseResponse(
      v1.parts[':id'].status.$patch({
        param: { id: part.id },
        json: { status: 'Approved', reason: 'all tests passed' },
        header: { 'If-Match': '"1"', 'Idempotency-Key': 'k' },
      }),
    );
    const { updated_at } = changed;
    expect(changed).toEqual({ ...part, status: 'Approved', version: 2, updated_at });

    const [entry] = await parseResponse(
      v1.parts[':id'].audit.$get({ param: { id: part.id }, query: { limit: 1 } }),
    );
    expect(entry?.old_status).toBe('In Review');
    const audit = await parseResponse(v1.audit.$get({ query: { after: 0 } }));
    expect(audit).toEqual([entry]);
    expect((await parseResponse(debug.stats.$get())).audit_count).toBe(1);
  });

  test('imports parts, and knows what is wrong with them', async () => {
    const { v1 } = await openClient();
    const rows = [
      { part_number: 'PCB-1001', name: 'Board' },
      { part_number: 'N-1', name: 'New' },
    ];
    const query = { existing: 'update', dry_run: 'true' } as const;
    const report = await parseResponse(v1.imports.$post({ json: rows, query }));
    expect(report).toMatchObject({ dry_run: true, created: 1, updated: 1 });
    expect(report.rows[0]?.changes?.['name']).toEqual([expect.any(String), 'Board']);

    const refused = await v1.imports.$post({ json: rows });
    if (refused.status !== 422) throw new Error(`${refused.status}`);
    expect(await refused.json()).toMatchObject({ errors: [{ line: 1, column: 'part_number' }] });
  });

  test('keeps the token and the headers of a call beside the headers of its user', async () => {
    const sent: Headers[] = [];
    const { v1 } = createPartsClient('http://parts.example', {
      token: TOKEN,
      init: { headers: { 'X-Of-Client': '1' } },
      async fetch(_input: string | URL | Request, init?: RequestInit) {
        sent.push(new Headers(init?.headers));
        return new Response();
      },
    });
    const header = { 'If-Match': '"1"' };
    const change = { param: { id: 1 }, json: { status: 'Draft' } as const, header };
    await v1.parts[':id'].status.$patch(change);
    await v1.parts[':id'].$get({ param: { id: 1 } }, { init: { headers: { 'X-Of-Call': '1' } } });
    const [first, second] = sent.map((headers) => Object.fromEntries(headers));
    const authorization = `Bearer ${TOKEN}`;
    expect(first).toMatchObject({ authorization, 'x-of-client': '1', 'if-match': '"1"' });
    expect(second).toMatchObject({ authorization, 'x-of-call': '1' });
  });

  test('tells success and problems apart by the status', async () => {
    const { v1 } = await openClient();
    const stale = await v1.parts[':id'].status.$patch({
      param: { id: 1 },
      json: { status: 'Draft' },
      header: { 'If-Match': '"7"' },
    });
    if (stale.status !== 412) throw new Error(`${stale.status}`);
    const { code }: { code: 'version_conflict' } = await stale.json();
    expect(code).toBe('version_conflict');

    const unknown = await v1.parts[':id'].$get({ param: { id: 99 } });
    if (unknown.ok) throw new Error(`${unknown.status}`);
    const problem = await unknown.json();
    expect([problem.status, problem.code]).toEqual([404, 'part_not_found']);
  });

  test('knows an answer without a body', async () => {
    const { v1 } = await openClient();
    const same = await v1.parts[':id'].$get({
      param: { id: 1 },
      header: { 'If-None-Match': '"1"' },
    });
    if (same.status !== 304) throw new Error(`${same.status}`);
    expect(await same.text()).toBe('');
  });

  test('sends its token', async () => {
    const { v1 } = await openClient('wrong');
    const response = await v1.parts.$get();
    expect(response.status).toBe(401);
  });

  test('does not compile with a route, an input or a member that the API does not have', async () => {
    const { v1 } = await openClient();
    const wrongStatus = await v1.parts[':id'].status.$patch({
      param: { id: 1 },
      // @ts-expect-error there is no such status
      json: { status: 'Lost' },
    });
    expect(wrongStatus.status).toBe(400);
    const wrongMember = await v1.parts[':id'].status.$patch({
      param: { id: 1 },
      // @ts-expect-error the member is `status`
      json: { state: 'Draft' },
    });
    expect(wrongMember.status).toBe(400);
    // @ts-expect-error a filter by something else than a status
    const wrongFilter = await v1.parts.$get({ query: { status: 'draft' } });
    expect(wrongFilter.status).toBe(400);
    // @ts-expect-error this header belongs to the change of a status
    const wrongHeader = await v1.parts.$get({ header: { 'If-Match': '*' } });
    // @ts-expect-error no answer has this status
    expect(wrongHeader.status === 418).toBe(false);
    // @ts-expect-error no route is there
    expect((await v1.documents.$get()).status).toBe(404);

    const response = await v1.parts[':id'].$get({ param: { id: 1 } });
    if (response.status !== 200) throw new Error(`${response.status}`);
    const part = await response.json();
    // @ts-expect-error a part has no such member
    expect(part.colour).toBeUndefined();
    // @ts-expect-error what was read is not to be changed
    part.status = 'Draft';
    const problem = await (await v1.parts[':id'].$get({ param: { id: 99 } })).json();
    // @ts-expect-error it may be a part or a problem
    expect(problem.code).toBe('part_not_found');
  });
});
