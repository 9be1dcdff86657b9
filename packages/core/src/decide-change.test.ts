import { expect, test } from 'vitest';
import { decideChange } from './decide-change.ts';
import { buildStatusChange, CONTRACT_PARTS } from './testing/index.ts';

const [part] = CONTRACT_PARTS;

test('gives the part after the change and its entry', () => {
  const change = buildStatusChange({ reason: 'ready', request_id: 'r-1' });
  const changed_at = '2026-01-02T00:00:00.000Z';
  expect(decideChange(part, change)).toEqual({
    part: { ...part, status: 'In Review', version: 2, updated_at: changed_at },
    entry: {
      part_id: 1,
      old_status: 'Draft',
      new_status: 'In Review',
      version: 2,
      reason: 'ready',
      request_id: 'r-1',
      changed_at,
    },
  });
});

test.for([
  ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'],
  ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ['2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.001Z'],
] as const)('a change at %s of a part of the new year is one at %s', ([now, changed_at]) => {
  const decided = decideChange(part, buildStatusChange({ changed_at: now }));
  expect(decided).toMatchObject({ part: { updated_at: changed_at }, entry: { changed_at } });
});

test.for([
  [[1], undefined],
  [[7, 1], undefined],
  [[], 'version_conflict'],
  [[2, 3], 'version_conflict'],
] as const)('a part of version 1 that is expected to have one of %j: %s', ([versions, code]) => {
  const decide = () => decideChange(part, buildStatusChange({ expected_versions: versions }));
  if (code) expect(decide).toThrow(expect.objectContaining({ code, currentVersion: 1 }));
  else expect(decide().part.version).toBe(2);
});

test('a part that does not exist can not change', () => {
  const change = buildStatusChange({ expected_versions: [1] });
  expect(() => decideChange(undefined, change)).toThrow(
    expect.objectContaining({ code: 'part_not_found' }),
  );
});
