import { describe, expect, test } from 'vitest';
import { shareStorage } from '../testing/open-app.ts';
import { codeOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

describe('the idempotency key', () => {
  test('brings the first answer again, byte for byte, and writes nothing', async () => {
    const { changeStatus, readStats } = await openApp();
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

  test('is refused with another request', async () => {
    const { changeStatus, readStats } = await openApp();
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

  test('belongs to its part, and is free again after a reset', async () => {
    const { send, changeStatus } = await openApp();
    const key = { 'Idempotency-Key': 'k' };
    await changeStatus(1, { status: 'Approved' }, key);
    const other = await changeStatus(2, { status: 'Draft' }, key);
    expect(other.headers.get('Idempotent-Replayed')).toBeNull();
    await send('POST', '/debug/reset');
    const again = await changeStatus(1, { status: 'Draft' }, key);
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([200, null]);
  });

  test('stays free after a refused request', async () => {
    const { changeStatus } = await openApp();
    const key = { 'Idempotency-Key': 'k' };
    expect((await changeStatus(1, { status: 'x' }, key)).status).toBe(400);
    const stale = { ...key, 'If-Match': '"9"' };
    expect((await changeStatus(1, { status: 'Draft' }, stale)).status).toBe(412);
    expect((await changeStatus(1, { status: 'Draft' }, key)).status).toBe(200);
  });

  test('is the same bare and quoted', async () => {
    const { changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft' }, { 'Idempotency-Key': 'a b\\"' });
    const quoted = await changeStatus(
      1,
      { status: 'Draft' },
      { 'Idempotency-Key': '"a b\\\\\\""' },
    );
    expect(quoted.headers.get('Idempotent-Replayed')).toBe('true');
  });

  test.for(['x', 'x'.repeat(255), `"${'x'.repeat(255)}"`, '~!@#$%^&*()', '__proto__'])(
    'may be %s',
    async (key) => {
      const { changeStatus } = await openApp();
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
  ])('is refused when it is %j', async (key) => {
    const { changeStatus, readStats } = await openApp();
    const response = await changeStatus(1, { status: 'Draft' }, { 'Idempotency-Key': key });
    expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_header']);
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  });
});
