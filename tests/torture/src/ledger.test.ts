import type { AuditRow, History } from '@parts/testkit';
import { expect, test } from 'vitest';
import { changeStatus, importParts } from './changes.ts';
import { type Attempt, checkAgainstLedger, createLedger, type Ledger } from './ledger.ts';

function attempt(requestId: string, overrides: Partial<Attempt> = {}): Attempt {
  return {
    requestId,
    change: changeStatus(1, 'Approved'),
    sentAt: 0,
    answeredAt: 1,
    outcome: { kind: 'acknowledged', version: 2, text: '' },
    ...overrides,
  };
}

function row(request_id: string, overrides: Partial<AuditRow> = {}): AuditRow {
  return {
    id: 1,
    part_id: 1,
    kind: 'status_changed',
    old_status: 'Draft',
    new_status: 'Approved',
    version: 2,
    changes: {},
    request_id,
    ...overrides,
  };
}

function sight(version: number, overrides: Partial<Ledger['sights'][number]> = {}) {
  const status = version === 1 ? ('Draft' as const) : ('Approved' as const);
  return { partId: 1, version, status, sentAt: 2, answeredAt: 3, ...overrides };
}

type Case = readonly [
  string,
  readonly Attempt[],
  readonly AuditRow[],
  (readonly Ledger['sights'][number][])?,
];

function check([, attempts, audit, sights = []]: Case): void {
  const part: History['parts'][number] = {
    ...{ id: 1, part_number: 'N', name: 'Name', retired_at: null },
    ...{ status: 'Draft', version: 1 },
  };
  checkAgainstLedger({ parts: [part], audit }, { attempts, sights });
}

const second = { id: 2, version: 3, old_status: 'Approved' } as const;
const acknowledged3 = { kind: 'acknowledged', version: 3, text: '' } as const;
const unknown = { outcome: { kind: 'unknown' }, answeredAt: Number.MAX_VALUE } as const;
const refused = { outcome: { kind: 'refused', status: 409 } } as const;
const imports = {
  change: importParts(['a', 'b'].map((name) => ({ part_number: name, name }))),
  outcome: { kind: 'acknowledged', version: undefined, text: '' },
} as const;
const imported = (id: number, name: string) =>
  row('i', {
    ...{ id, part_id: id + 1, kind: 'part_created', version: 1 },
    ...{ old_status: null, new_status: 'Draft', changes: { name: [null, name] } },
  });

test.for<Case>([
  ['an acknowledged change that is there', [attempt('a')], [row('a')]],
  ['an unanswered change that happened', [attempt('a', unknown)], [row('a')]],
  ['an unanswered change that did not happen', [attempt('a', unknown)], []],
  ['a refused change that did not happen', [attempt('a', refused)], []],
  [
    'a retry with the same key',
    [attempt('a', { key: 'k', ...unknown }), attempt('b', { key: 'k' })],
    [row('a')],
  ],
  ['a read after the change', [attempt('a')], [row('a')], [sight(2)]],
  [
    'a read of the first version before it',
    [attempt('a', { sentAt: 4, answeredAt: 5 })],
    [row('a')],
    [sight(1)],
  ],
  ['an old read during the change', [attempt('a', { answeredAt: 9 })], [row('a')], [sight(1)]],
  ['a new read during the change', [attempt('a', { answeredAt: 9 })], [row('a')], [sight(2)]],
  ['an import', [attempt('i', imports)], [imported(1, 'a'), imported(2, 'b')]],
  ['an unanswered import', [attempt('i', { ...imports, ...unknown })], []],
  ['a read of an unanswered change', [attempt('a', unknown)], [row('a')], [sight(1), sight(2)]],
])('accepts %s', (row) => {
  expect(() => check(row)).not.toThrow();
});

test.for<[expected: string, ...Case]>([
  ['it is lost', 'an acknowledged change that is gone', [attempt('a')], []],
  ['as acknowledged', 'another version', [attempt('a')], [row('a', { version: 3 })]],
  ['as asked for', 'another status', [attempt('a')], [row('a', { new_status: 'Draft' })]],
  ['as asked for', 'half of an import', [attempt('i', imports)], [imported(1, 'a')]],
  [
    'as asked for',
    'half of an unanswered import',
    [attempt('i', { ...imports, ...unknown })],
    [imported(1, 'b')],
  ],
  [
    'as asked for',
    'an import that another change parts',
    [attempt('i', imports), attempt('a')],
    [imported(1, 'a'), row('a', { id: 2 }), imported(3, 'b')],
  ],
  ['it is lost', 'an import that is gone', [attempt('i', imports)], []],
  ['nothing of a refused', 'a refused change', [attempt('a', refused)], [row('a')]],
  [
    'each change once',
    'a change that happened twice',
    [attempt('a')],
    [row('a'), row('a', second)],
  ],
  [
    'each change once',
    'a key that counted twice',
    [attempt('a', { key: 'k' }), attempt('b', { key: 'k' })],
    [row('a'), row('b', second)],
  ],
  ['that were asked for', 'a change of nobody', [], [row('x')]],
  [
    'real time',
    'changes in another order than they were answered in',
    [attempt('a', { outcome: acknowledged3 }), attempt('b', { sentAt: 2, answeredAt: 3 })],
    [row('b'), row('a', second)],
  ],
  ['real time', 'a stale read', [attempt('a')], [row('a')], [sight(1)]],
  [
    'real time',
    'reads that go back',
    [attempt('a', { answeredAt: 9 })],
    [row('a')],
    [sight(2), sight(1, { sentAt: 4, answeredAt: 5 })],
  ],
  [
    'real time',
    'a read of a change that is not sent yet',
    [attempt('a', { sentAt: 4, answeredAt: 5 })],
    [row('a')],
    [sight(2)],
  ],
  ['that were stored are seen', 'a version out of nothing', [], [], [sight(2)]],
  [
    'that were stored are seen',
    'a status out of nothing',
    [],
    [],
    [sight(1, { status: 'Rejected' })],
  ],
])('refuses with "%s" %s', ([expected, ...row]) => {
  expect(() => check(row)).toThrow(expected);
});

test.for([
  ['200 for another version than the one behind If-Match', 200, '"9"', { ifMatch: 2 }],
  ['412 although the part has that version', 412, '"2"', { ifMatch: 2 }],
  ['412 to a request without If-Match', 412, '"2"', {}],
  ['an error that no change may get', 404, '', {}],
  ['409 for a part that is not retired', 409, '', {}],
] as const)('refuses the answer %s', ([, status, etag, condition]) => {
  const ledger = createLedger('answers');
  const begun = ledger.begin({ change: changeStatus(1, 'Draft'), ...condition });
  const text = JSON.stringify({ id: 1, status: 'Draft', version: 9, retired_at: null });
  expect(() => ledger.settle(begun, { status, headers: { etag }, text })).toThrow('expected');
});
