import { partSchema } from '@parts/core';
import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';

const openApp = shareStorage();

const read = async (response: Response) => partSchema.parse(await response.json());

async function openContentApp() {
  const app = await openApp();
  const send = (method: string, path: string, body: unknown, headers = {}) =>
    app.send(method, path, { body: JSON.stringify(body), headers });
  return { ...app, sendJson: send };
}

describe('POST /v1/parts', () => {
  test('creates a draft, tells where it is, and writes its audit entry', async () => {
    const { sendJson, send, readStats } = await openContentApp();
    const response = await sendJson('POST', '/v1/parts', {
      part_number: ' RLY-1 ',
      name: 'Relay board',
      reason: 'new',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('Location')).toBe('/v1/parts/13');
    expect(response.headers.get('ETag')).toBe('"1"');
    const part = await read(response);
    expect(part).toMatchObject({ id: 13, part_number: 'RLY-1', status: 'Draft', description: '' });
    expect(await read(await send('GET', '/v1/parts/13'))).toEqual(part);
    expect(await (await send('GET', '/v1/parts/13/audit')).json()).toMatchObject([
      { kind: 'part_created', old_status: null, version: 1, reason: 'new', actor: null },
    ]);
    expect(await readStats()).toEqual({ parts_count: 13, audit_count: 1 });
  });

  test('chooses the next number behind a prefix, in any case', async () => {
    const { sendJson } = await openContentApp();
    const create = async () =>
      read(await sendJson('POST', '/v1/parts', { part_number_prefix: 'pcb-', name: 'Board' }));
    const created = await Promise.all([create(), create()]);
    expect(created.map(({ part_number }) => part_number).sort()).toEqual(['pcb-1004', 'pcb-1005']);
  });

  test('answers a second request with a 409 that tells the part of the first', async () => {
    const { sendJson, readStats } = await openContentApp();
    const response = await sendJson('POST', '/v1/parts', { part_number: 'pcb-1002', name: 'Copy' });
    const problem = await expectProblem(response, 409, 'part_number_taken');
    expect(problem).toMatchObject({ part_id: 2 });
    expect(await readStats()).toEqual({ parts_count: 12, audit_count: 0 });
  });

  test.for<[unknown, RegExp]>([
    [{}, /name must be a text.*give either part_number or part_number_prefix|name must be a text/],
    [[], /must be an object/],
    [{ part_number: 'A' }, /name/],
    [{ name: 'A' }, /either part_number or part_number_prefix/],
    [{ part_number: 'A', part_number_prefix: 'B', name: 'A' }, /either/],
    [{ part_number: '', name: 'A' }, /1 to 64/],
    [{ part_number: '  ', name: 'A' }, /1 to 64/],
    [{ part_number: 'x'.repeat(65), name: 'A' }, /64/],
    [{ part_number: 'A\u0007', name: 'A' }, /control characters/],
    [{ part_number: 'A\0', name: 'A' }, /U\+0000/],
    [{ part_number: '\ud800', name: 'A' }, /valid Unicode/],
    [{ part_number: 1, name: 'A' }, /part_number must be a text/],
    [{ part_number: 'A', name: ' ' }, /name must not be empty/],
    [{ part_number: 'A', name: 'x'.repeat(201) }, /200/],
    [{ part_number: 'A', name: 'A', description: 'x'.repeat(2001) }, /2000/],
    [{ part_number: 'A', name: 'A', description: null }, /description must be a text/],
    [{ part_number: 'A', name: 'A', status: 'Approved' }, /\/status/],
    [{ part_number: 'A', name: 'A', reason: 'x'.repeat(501) }, /500/],
  ])('refuses %j and says what is allowed', async ([body, detail]) => {
    const { sendJson, readStats } = await openContentApp();
    const problem = await expectProblem(
      await sendJson('POST', '/v1/parts', body),
      400,
      'invalid_part',
    );
    expect(problem.detail).toMatch(detail);
    expect(await readStats()).toEqual({ parts_count: 12, audit_count: 0 });
  });
});

describe('PATCH /v1/parts/{id}', () => {
  test('edits the fields that are sent and ends the approval', async () => {
    const { sendJson, send } = await openContentApp();
    const before = await read(await send('GET', '/v1/parts/4'));
    const response = await sendJson(
      'PATCH',
      '/v1/parts/4',
      { name: 'Lower half' },
      { 'If-Match': '"1"' },
    );
    expect(response.headers.get('ETag')).toBe('"2"');
    const after = await read(response);
    const { updated_at } = after;
    expect(after).toEqual({
      ...before,
      name: 'Lower half',
      status: 'Draft',
      version: 2,
      updated_at,
    });
    expect(await (await send('GET', '/v1/parts/4/audit')).json()).toMatchObject([
      {
        kind: 'part_edited',
        old_status: 'Approved',
        new_status: 'Draft',
        changes: { name: [before.name, 'Lower half'] },
      },
    ]);
    expect(await read(await send('GET', '/v1/parts/4/versions/1'))).toEqual(before);
    expect(await read(await send('GET', '/v1/parts/4/versions/2'))).toEqual(after);
  });

  test('makes no version of an edit that changes nothing', async () => {
    const { sendJson, readStats } = await openContentApp();
    const response = await sendJson('PATCH', '/v1/parts/4', { name: 'Enclosure, lower half' });
    expect(await read(response)).toMatchObject({ status: 'Approved', version: 1 });
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('answers a retry with its key by the first answer', async () => {
    const { sendJson, changeStatus } = await openContentApp();
    const edit = () => sendJson('PATCH', '/v1/parts/1', { name: 'A' }, { 'Idempotency-Key': 'k' });
    const first = await (await edit()).text();
    await changeStatus(1, { status: 'In Review' });
    const retry = await edit();
    expect(retry.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await retry.text()).toBe(first);
    const other = await sendJson('PATCH', '/v1/parts/1', { name: 'B' }, { 'Idempotency-Key': 'k' });
    await expectProblem(other, 422, 'idempotency_key_reused');
  });

  test('retires a part, which then is hidden and does not change, and restores it', async () => {
    const { sendJson, send, changeStatus } = await openContentApp();
    const ids = async (query = '') => {
      const parts: unknown = await (await send('GET', `/v1/parts${query}`)).json();
      return (parts as { id: number }[]).map(({ id }) => id);
    };
    const retired = await read(
      await sendJson('PATCH', '/v1/parts/1', { retired: true, reason: 'replaced' }),
    );
    expect(retired).toMatchObject({ version: 2, retired_at: retired.updated_at });
    expect(await ids()).not.toContain(1);
    expect(await ids('?retired=true')).toEqual([1]);
    expect(await ids('?retired=any&limit=2')).toEqual([1, 2]);
    expect((await send('GET', '/v1/parts/1')).status).toBe(200);
    await expectProblem(await changeStatus(1, { status: 'Draft' }), 409, 'part_retired');
    const edit = await sendJson('PATCH', '/v1/parts/1', { name: 'A' });
    await expectProblem(edit, 409, 'part_retired');
    await sendJson('PATCH', '/v1/parts/1', { retired: false });
    expect(await ids()).toContain(1);
  });

  test.for<[unknown, number, string]>([
    [{}, 400, 'invalid_part'],
    [{ retired: 'yes' }, 400, 'invalid_part'],
    [{ retired: true, name: 'A' }, 400, 'invalid_part'],
    [{ status: 'Draft' }, 400, 'invalid_part'],
    [{ name: null }, 400, 'invalid_part'],
    [{ part_number: 'ENC-2001' }, 409, 'part_number_taken'],
  ])('refuses %j by a %d %s', async ([body, status, code]) => {
    const { sendJson, readStats } = await openContentApp();
    await expectProblem(await sendJson('PATCH', '/v1/parts/1', body), status, code);
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('refuses a version that has passed', async () => {
    const { sendJson } = await openContentApp();
    const response = await sendJson('PATCH', '/v1/parts/1', { name: 'A' }, { 'If-Match': '"7"' });
    await expectProblem(response, 412, 'version_conflict');
  });
});

test.for(['0', '2', '01', 'x', '99999999999999999999'])(
  'GET of the version %s of a part in version 1 is a 404',
  async (version) => {
    const { send } = await openContentApp();
    await expectProblem(
      await send('GET', `/v1/parts/1/versions/${version}`),
      404,
      'part_not_found',
    );
  },
);

test('a list refuses a value of retired that it does not know', async () => {
  const { send } = await openContentApp();
  await expectProblem(await send('GET', '/v1/parts?retired=yes'), 400, 'invalid_parameter');
});
