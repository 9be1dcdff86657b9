import { describe, expect, test } from 'vitest';
import { checkRetry, decideChange, decideCreation, nextPartNumber } from './decide-change.ts';
import { PART_STATUSES } from './part-status.ts';
import { buildCreation, buildEdit, buildStatusChange, CONTRACT_PARTS } from './testing/index.ts';

const [part] = CONTRACT_PARTS;
if (!part) throw new Error('no part');

describe('decideChange', () => {
  test.for(PART_STATUSES.flatMap((from) => PART_STATUSES.map((to) => [from, to] as const)))(
    'lets %s be followed by %s',
    ([from, to]) => {
      const change = buildStatusChange({
        status: to,
        actor: 'ada',
        reason: 'because',
        requestId: 'r',
      });
      expect(decideChange({ ...part, status: from, version: 7 }, change)).toEqual({
        part: { ...part, status: to, version: 8, updated_at: change.changedAt },
        entry: {
          part_id: 1,
          kind: 'status_changed',
          old_status: from,
          new_status: to,
          version: 8,
          changes: null,
          actor: 'ada',
          reason: 'because',
          request_id: 'r',
          changed_at: change.changedAt,
        },
      });
    },
  );

  test('refuses a part that does not exist, whatever version is expected', () => {
    const change = buildStatusChange({ expectedVersions: [1] });
    expect(() => decideChange(undefined, change)).toThrow(
      expect.objectContaining({ code: 'part_not_found' }),
    );
  });

  test.for<[readonly number[] | null, boolean]>([
    [null, true],
    [[1], true],
    [[3, 1], true],
    [[2], false],
    [[], false],
  ])('with the expected versions %j changes version 1: %j', ([expectedVersions, isAllowed]) => {
    const decide = () => decideChange(part, buildStatusChange({ expectedVersions }));
    if (isAllowed) expect(decide().part.version).toBe(2);
    else {
      expect(decide).toThrow(
        expect.objectContaining({ code: 'version_conflict', currentVersion: 1 }),
      );
    }
  });

  test('never lets the time of a part go back', () => {
    const later = { ...part, updated_at: '2027-01-01T00:00:00.000Z' };
    const { part: after, entry } = decideChange(later, buildStatusChange());
    expect([after.updated_at, entry?.changed_at]).toEqual([later.updated_at, later.updated_at]);
  });
});

describe('decideChange of an edit', () => {
  const inReview = { ...part, status: 'In Review' } as const;

  test('records each field that differs with its old and new value, and ends the review', () => {
    const change = buildEdit({ content: { name: 'Relay board', description: part.description } });
    const { part: after, entry } = decideChange(inReview, change);
    expect(after).toMatchObject({ name: 'Relay board', status: 'Draft', version: 2 });
    expect(entry).toMatchObject({
      kind: 'part_edited',
      old_status: 'In Review',
      new_status: 'Draft',
      changes: { name: [part.name, 'Relay board'] },
    });
  });

  test('writes nothing when nothing differs', () => {
    const change = buildEdit({ content: { name: part.name } });
    expect(decideChange(inReview, change)).toEqual({ part: inReview, entry: null });
  });
});

describe('decideChange of a retirement', () => {
  const change = { ...buildEdit(), kind: 'part_retired' } as const;
  const { part: retired, entry } = decideChange(part, change);

  test('keeps the status and records the time', () => {
    expect(retired).toMatchObject({
      status: part.status,
      version: 2,
      retired_at: change.changedAt,
    });
    expect(entry).toMatchObject({ changes: { retired_at: [null, change.changedAt] } });
  });

  test('refuses other changes until the part is restored', () => {
    for (const other of [buildStatusChange(), buildEdit()]) {
      expect(() => decideChange(retired, other)).toThrow(
        expect.objectContaining({ code: 'part_retired' }),
      );
    }
    const { part: restored } = decideChange(retired, { ...change, kind: 'part_restored' });
    expect(restored).toMatchObject({ version: 3, retired_at: null });
  });

  test('writes nothing when the part is retired, or in use, already', () => {
    expect(decideChange(retired, change).entry).toBeNull();
    expect(decideChange(part, { ...change, kind: 'part_restored' }).entry).toBeNull();
  });
});

test('decideCreation makes a draft in version 1, with an entry that has every field', () => {
  expect(decideCreation(13, 'PCB-2', buildCreation())).toEqual({
    part: {
      id: 13,
      part_number: 'PCB-2',
      name: 'New board',
      description: '',
      status: 'Draft',
      version: 1,
      created_at: '2026-01-02T00:00:00.000Z',
      updated_at: '2026-01-02T00:00:00.000Z',
      retired_at: null,
    },
    entry: {
      part_id: 13,
      kind: 'part_created',
      old_status: null,
      new_status: 'Draft',
      version: 1,
      changes: { part_number: [null, 'PCB-2'], name: [null, 'New board'], description: [null, ''] },
      actor: null,
      reason: null,
      request_id: null,
      changed_at: '2026-01-02T00:00:00.000Z',
    },
  });
});

test.for([
  [0, 'PCB-0001'],
  [1003, 'PCB-1004'],
  [9999, 'PCB-10000'],
] as const)('nextPartNumber follows %d with %s', ([highest, next]) => {
  expect(nextPartNumber('PCB-', highest)).toBe(next);
});

test('checkRetry refuses a key that came with another fingerprint', () => {
  const change = buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } });
  expect(() => checkRetry(change, 'f')).not.toThrow();
  expect(() => checkRetry(change, 'g')).toThrow(
    expect.objectContaining({ code: 'idempotency_key_reused' }),
  );
});
