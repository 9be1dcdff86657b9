import { describe, expect, test } from 'vitest';
import { checkRetry, decideChange } from './decide-change.ts';
import { PART_STATUSES } from './part-status.ts';
import { buildStatusChange, CONTRACT_PARTS } from './testing/index.ts';

const [part] = CONTRACT_PARTS;
if (!part) throw new Error('no part');

describe('decideChange', () => {
  test.for(PART_STATUSES.flatMap((from) => PART_STATUSES.map((to) => [from, to] as const)))(
    'lets %s be followed by %s',
    ([from, to]) => {
      const change = buildStatusChange({ status: to, reason: 'because', requestId: 'r' });
      expect(decideChange({ ...part, status: from, version: 7 }, change)).toEqual({
        part: { ...part, status: to, version: 8, updated_at: change.changedAt },
        entry: {
          part_id: 1,
          old_status: from,
          new_status: to,
          version: 8,
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
    expect([after.updated_at, entry.changed_at]).toEqual([later.updated_at, later.updated_at]);
  });
});

test('checkRetry refuses a key that came with another fingerprint', () => {
  const change = buildStatusChange({ idempotency: { key: 'k', fingerprint: 'f' } });
  expect(() => checkRetry(change, 'f')).not.toThrow();
  expect(() => checkRetry(change, 'g')).toThrow(
    expect.objectContaining({ code: 'idempotency_key_reused' }),
  );
});
