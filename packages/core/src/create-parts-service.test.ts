import { describe, expect, test } from 'vitest';
import { createPartsService } from './create-parts-service.ts';
import { PART_STATUSES } from './part-status.ts';
import { CONTRACT_PARTS, createInMemoryStore } from './testing/index.ts';

const NOW = '2026-03-01T10:00:00.000Z';

function createService() {
  const storage = createInMemoryStore(CONTRACT_PARTS).open();
  return createPartsService({ storage, clock: () => NOW });
}

describe('changing a status', () => {
  test.for(PART_STATUSES.flatMap((from) => PART_STATUSES.map((to) => [from, to] as const)))(
    '%s may be followed by %s',
    async ([from, to]) => {
      const service = createService();
      await service.changeStatus(1, { status: from });
      const { part } = await service.changeStatus(1, { status: to });
      expect(part).toMatchObject({ status: to, version: 3, updated_at: NOW });
      const { items } = await service.listPartAudit(1, { limit: 1 });
      expect(items).toMatchObject([{ old_status: from, new_status: to, changed_at: NOW }]);
    },
  );

  test('records who asked and why', async () => {
    const service = createService();
    await service.changeStatus(
      1,
      { status: 'Rejected', reason: 'too hot' },
      { requestId: 'request-1' },
    );
    const { items } = await service.listAudit();
    expect(items).toMatchObject([{ reason: 'too hot', request_id: 'request-1' }]);
  });

  test.for<[unknown, RegExp]>([
    [undefined, /must be an object/],
    [null, /must be an object/],
    [[], /must be an object/],
    ['Approved', /must be an object/],
    [{}, /status is missing.*"Draft", "In Review", "Approved", "Rejected"/],
    [{ status: null }, /status must be one of/],
    [{ status: 1 }, /status must be one of/],
    [{ status: 'approved' }, /status must be one of.*spelled exactly/],
    [{ status: ' Approved' }, /status must be one of/],
    [{ status: 'InReview' }, /status must be one of/],
    [{ status: ['Approved'] }, /status must be one of/],
    [{ status: 'Approved', reason: 1 }, /reason must be a text/],
    [{ status: 'Approved', reason: 'x'.repeat(501) }, /reason may have up to 500 characters/],
    [{ status: 'Approved', reason: '\ud800' }, /reason must be valid Unicode/],
    [{ status: 'Approved', reason: 'a\0b' }, /reason must not contain U\+0000/],
    [{ status: 'Appro\0ved' }, /status must be one of/],
    [{ reason: 1 }, /status is missing.*; reason must be a text/],
  ])('refuses %j and says what is allowed', async ([input, message]) => {
    const service = createService();
    await expect(service.changeStatus(1, input)).rejects.toMatchObject({
      code: 'invalid_status_change',
      message: expect.stringMatching(message),
    });
    expect((await service.listAudit()).items).toEqual([]);
  });

  test('ignores members that it does not know', async () => {
    const { part } = await createService().changeStatus(1, { status: 'Approved', color: 'red' });
    expect(part.status).toBe('Approved');
  });

  test('takes null for a reason that is left out, in a retry too', async () => {
    const service = createService();
    const context = { idempotencyKey: 'k' };
    await service.changeStatus(1, { status: 'Approved', reason: null }, context);
    expect((await service.listAudit()).items).toMatchObject([{ reason: null }]);
    expect(await service.changeStatus(1, { status: 'Approved' }, context)).toMatchObject({
      replayed: true,
    });
  });

  test('reports bad input before an unknown part', async () => {
    await expect(createService().changeStatus(99, {})).rejects.toMatchObject({
      code: 'invalid_status_change',
    });
  });

  test('the same key with the same meaning is a retry, with another meaning an error', async () => {
    const service = createService();
    const context = { idempotencyKey: 'k', expectedVersions: [1] };
    const input = { status: 'Approved', reason: 'ok' };
    await service.changeStatus(1, input, context);
    const retry = { reason: 'ok', status: 'Approved', unknown: true };
    expect(await service.changeStatus(1, retry, context)).toMatchObject({ replayed: true });
    const others = [
      service.changeStatus(1, { ...input, status: 'Draft' }, context),
      service.changeStatus(1, { ...input, reason: 'other' }, context),
      service.changeStatus(1, { status: 'Approved' }, context),
      service.changeStatus(1, input, { ...context, expectedVersions: [1, 2] }),
      service.changeStatus(1, input, { idempotencyKey: 'k' }),
    ];
    for (const other of others) {
      await expect(other).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    }
  });
});

test.for([0, -1, 1.5, 99, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  '%d is the id of no part',
  async (id) => {
    const service = createService();
    const notFound = { code: 'part_not_found' };
    await expect(service.getPart(id)).rejects.toMatchObject(notFound);
    await expect(service.listPartAudit(id)).rejects.toMatchObject(notFound);
    await expect(service.changeStatus(id, { status: 'Draft' })).rejects.toMatchObject(notFound);
  },
);

test('a page tells where the next one begins, and the last one that there is none', async () => {
  const service = createService();
  const position = await service.findPosition();
  expect(await service.listParts({ limit: 1 })).toEqual({
    items: [CONTRACT_PARTS[0]],
    next: 1,
    position,
  });
  expect(await service.listParts({ limit: 1, after: 1 })).toEqual({
    items: [CONTRACT_PARTS[1]],
    next: undefined,
    position,
  });
  expect(await service.listParts({ limit: 2 })).toMatchObject({ next: undefined });
  expect(await service.listParts()).toEqual({ items: CONTRACT_PARTS, next: undefined, position });
});
