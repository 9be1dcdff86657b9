import { expect, test } from 'vitest';
import { type AuditRow, checkChain, type History } from './history.ts';

const part: History['parts'][number] = {
  ...{ id: 1, part_number: 'N-1', name: 'Name', retired_at: null },
  ...{ status: 'Approved', version: 2 },
};

const first: AuditRow = {
  id: 1,
  part_id: 1,
  kind: 'status_changed',
  old_status: 'Draft',
  new_status: 'Approved',
  version: 2,
  changes: {},
  request_id: null,
};

test('accepts a part that has the version and status of its last entry', () => {
  expect(() => checkChain({ parts: [part], audit: [first] })).not.toThrow();
});

const edited: AuditRow = {
  ...first,
  id: 2,
  version: 3,
  kind: 'part_edited',
  old_status: 'Approved',
};
const created: AuditRow = { ...first, version: 1, kind: 'part_created', old_status: null };

test('accepts a part that begins with its creation and has the name of its last entry', () => {
  const start = { ...created, new_status: 'Draft', changes: { name: [null, 'a'] } } as const;
  const audit = [start, { ...first, id: 2, kind: 'part_edited', changes: { name: ['a', 'Name'] } }];
  expect(() => checkChain({ parts: [part], audit: audit as AuditRow[] })).not.toThrow();
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
  ['another name at the end', [{ ...first, changes: { name: ['Name', 'Other'] } }]],
  ['an edit of another name than it has', [first, { ...edited, changes: { name: ['a', 'b'] } }]],
  ['a creation that is not the first version', [{ ...created, version: 2 }]],
])('refuses %s', ([, audit]) => {
  expect(() => checkChain({ parts: [part], audit })).toThrow('seen');
});
