import { PART_STATUSES, partSchema } from '@parts/core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem, partOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

describe('a reader of parts', () => {
  test('gets all parts as an array from GET /v1/parts', async () => {
    const { send } = await openApp();
    const response = await send('GET', '/v1/parts');
    expect(response.status).toBe(200);
    expect(response.headers.get('Link')).toBeNull();
    const parts = z.array(partSchema).parse(await response.json());
    expect(parts).toHaveLength(12);
  });

  test('gets exactly the members of a part from GET /v1/parts/{id}', async () => {
    const { send } = await openApp();
    const response = await send('GET', '/v1/parts/3');
    expect(response.status).toBe(200);
    expect(z.strictObject(partSchema.shape).parse(await response.json())).toMatchObject({ id: 3 });
  });

  test.for([
    '0',
    '-1',
    '99',
    '01',
    '1.0',
    '1e0',
    '0x1',
    'one',
    '1%2F2',
    '%201',
    '1%00',
    '½',
    '%zz',
    '%E0%A4%A',
    '..%2f1',
    '9007199254740993',
    '99999999999999999999999999',
    `${'9'.repeat(2000)}`,
  ])('gets a 404 for the id %s', async (id) => {
    const { send } = await openApp();
    await expectProblem(await send('GET', `/v1/parts/${id}`), 404, 'part_not_found');
    const change = await send('PATCH', `/v1/parts/${id}/status`, { body: '{"status":"Draft"}' });
    await expectProblem(change, 404, 'part_not_found');
  });

  test('gets the headers of GET from HEAD', async () => {
    const { send } = await openApp();
    const response = await send('HEAD', '/v1/parts/1');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('PATCH /v1/parts/{id}/status', () => {
  test.for(PART_STATUSES)('sets %s and adds one audit entry', async (status) => {
    const { send, changeStatus, readStats, storage } = await openApp();
    const before = await partOf(await send('GET', '/v1/parts/1'));
    const response = await changeStatus(1, { status });
    expect(response.status).toBe(200);
    const part = await partOf(response);
    expect(part).toEqual({ ...before, status, version: 2, updated_at: part.updated_at });
    expect(await partOf(await send('GET', '/v1/parts/1'))).toEqual(part);
    expect(await readStats()).toMatchObject({ audit_count: 1 });
    expect(await storage.audit.list({})).toMatchObject([
      { part_id: 1, old_status: before.status, new_status: status },
    ]);
  });

  test.for([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset="UTF-8"',
  ])('reads the body as JSON with Content-Type %j', async (type) => {
    const { send } = await openApp();
    const response = await send('PATCH', '/v1/parts/1/status', {
      body: ' {"status" : "Draft"} ',
      headers: { 'Content-Type': type },
    });
    expect(response.status).toBe(200);
  });

  test.for<[string, string | undefined, string]>([
    ['no body', undefined, 'malformed_body'],
    ['an empty body', '', 'malformed_body'],
    ['white space', '  ', 'malformed_body'],
    ['broken JSON', '{"status":', 'malformed_body'],
    ['a form', 'status=Draft', 'malformed_body'],
    ['two values', '{"status":"Draft"} {}', 'malformed_body'],
    ['null', 'null', 'invalid_status_change'],
    ['an array', '[{"status":"Draft"}]', 'invalid_status_change'],
    ['a text', '"Draft"', 'invalid_status_change'],
    ['a number', '1', 'invalid_status_change'],
    ['no status', '{}', 'invalid_status_change'],
    ['a status that is null', '{"status":null}', 'invalid_status_change'],
    ['a status that is a number', '{"status":1}', 'invalid_status_change'],
    ['a status in lower case', '{"status":"approved"}', 'invalid_status_change'],
    ['a status with a space', '{"status":"Approved "}', 'invalid_status_change'],
    ['a status in the prototype', '{"__proto__":{"status":"Draft"}}', 'invalid_status_change'],
    ['a reason that is a number', '{"status":"Draft","reason":1}', 'invalid_status_change'],
    ['a long reason', `{"status":"Draft","reason":"${'x'.repeat(501)}"}`, 'invalid_status_change'],
  ])('refuses %s, also for an unknown part', async ([, body, code]) => {
    const { send, readStats } = await openApp();
    for (const id of ['1', '999', 'x']) {
      const init = body === undefined ? {} : { body };
      const response = await send('PATCH', `/v1/parts/${id}/status`, init);
      const { detail } = await expectProblem(response, 400, code);
      if (code === 'invalid_status_change') expect(detail).toMatch(/status|reason/);
    }
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test.for([
    ['in the middle of a character', [0xc3]],
    ['an overlong form', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['Latin-1', [0xe4]],
  ] as const)('refuses bytes that are not UTF-8: %s', async ([, bytes]) => {
    const { send, readStats } = await openApp();
    const [before = '', after = ''] = '{"status":"Draft","reason":"@"}'.split('@');
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    const response = await send('PATCH', '/v1/parts/1/status', { body });
    const { detail } = await expectProblem(response, 400, 'malformed_body');
    expect(detail).toContain('UTF-8');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test.for([
    ['Content-Encoding', 'gzip', 415],
    ['Content-Encoding', 'identity, br', 415],
    ['Content-Encoding', 'Identity', 200],
    ['Content-Type', 'application/json; charset=iso-8859-1', 415],
    ['Content-Type', 'application/json;Charset="utf-16"', 415],
    ['Content-Type', 'text/plain;charset=UTF-8', 200],
  ] as const)('answers a body with %s: %s by a %d', async ([name, value, status]) => {
    const { send, readStats } = await openApp();
    const body = '{"status":"Draft"}';
    const response = await send('PATCH', '/v1/parts/1/status', {
      body,
      headers: { [name]: value },
    });
    if (status === 415) await expectProblem(response, 415, 'unsupported_media_type');
    else expect(response.status).toBe(status);
    expect(await readStats()).toMatchObject({ audit_count: status === 200 ? 1 : 0 });
  });

  test('refuses more than 64 KiB, announced or not', async () => {
    const { send, readStats } = await openApp();
    const large = JSON.stringify({ status: 'Draft', padding: 'x'.repeat(64 * 1024) });
    const announced = await send('PATCH', '/v1/parts/1/status', {
      body: large,
      headers: { 'Content-Length': String(large.length) },
    });
    await expectProblem(announced, 413, 'payload_too_large');
    const body = new Blob([large]).stream();
    const streamed = await send('PATCH', '/v1/parts/1/status', { body, duplex: 'half' });
    await expectProblem(streamed, 413, 'payload_too_large');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });

  test('reads a body of just under 64 KiB', async () => {
    const { changeStatus } = await openApp();
    const response = await changeStatus(1, { status: 'Draft', padding: 'x'.repeat(65_000) });
    expect(response.status).toBe(200);
  });

  test('changes nothing for a client that is gone', async () => {
    const { send, readStats } = await openApp();
    const response = await send('PATCH', '/v1/parts/1/status', {
      body: '{"status":"Draft"}',
      signal: AbortSignal.abort(),
    });
    await expectProblem(response, 400, 'cancelled');
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });
});
