import { expect, test } from 'vitest';
import { type AuditRow, checkChain } from './history.ts';

const part = { id: 1, status: 'Approved', version: 2 } as const;

const first: AuditRow = {
  id: 1,
  part_id: 1,
  old_status: 'Draft',
  new_status: 'Approved',
  version: 2,
  request_id: null,
};

test('accepts a part that has the version and status of its last entry', () => {
  expect(() => checkChain({ parts: [part], audit: [first] })).not.toThrow();
});

test.for<[string, AuditRow[]]>([
  ['a part that changed without an entry', []],
  [
    'an entry without a change of the part',
    [first, { ...first, id: 2, version: 3, old_status: 'Approved' }],
  ],
  ['a gap in the versions', [{ ...first, version: 3 }]],
  ['a gap in the ids', [{ ...first, id: 2 }]],
  ['another status at the end', [{ ...first, new_status: 'Rejected' }]],
])('refuses %s', ([, audit]) => {
  expect(() => checkChain({ parts: [part], audit })).toThrow('seen');
});
