import { expect, test } from 'vitest';
import type { Attempt } from './change-ledger.ts';
import { compareWithLedger } from './compare-with-ledger.ts';
import { type AuditRow, checkChain } from './history.ts';
import { createTally } from './tally.ts';

function attempt(requestId: string, over: Partial<Attempt> = {}): Attempt {
  return {
    requestId,
    partId: 1,
    status: 'Approved',
    key: undefined,
    sentAt: 0,
    answeredAt: 1,
    outcome: { kind: 'acknowledged', version: 2, text: '' },
    ...over,
  };
}

function row(request_id: string, over: Partial<AuditRow> = {}): AuditRow {
  return {
    id: 1,
    part_id: 1,
    old_status: 'Draft',
    new_status: 'Approved',
    version: 2,
    request_id,
    ...over,
  };
}

function compare(attempts: readonly Attempt[], audit: readonly AuditRow[]) {
  const tally = createTally();
  compareWithLedger({ parts: [], audit }, { attempts }, tally);
  return tally;
}

const second = { id: 2, version: 3 };
const unknown = { kind: 'unknown' } as const;

test.each<[string, Attempt[], AuditRow[]]>([
  ['an acknowledged change', [attempt('a')], [row('a')]],
  ['an unanswered change that happened', [attempt('a', { outcome: unknown })], [row('a')]],
  ['an unanswered change that did not', [attempt('a', { outcome: unknown })], []],
  ['a refused change that did not', [attempt('a', { outcome: { kind: 'refused' } })], []],
  [
    'a retry with the same key',
    [attempt('a', { key: 'k', outcome: unknown }), attempt('b', { key: 'k' })],
    [row('a')],
  ],
])('%s keeps the promise', (_, attempts, audit) => {
  expect(compare(attempts, audit)).toMatchObject({ lost: 0 });
});

test.each<[string, string, Attempt[], AuditRow[]]>([
  ['an acknowledged change that is gone', 'every acknowledged change', [attempt('a')], []],
  ['another version than acknowledged', 'version 2', [attempt('a')], [row('a', { version: 3 })]],
  [
    'another status than asked for',
    'as asked for',
    [attempt('a')],
    [row('a', { new_status: 'Draft' })],
  ],
  [
    'a refused change that happened',
    'nothing of a refused',
    [attempt('a', { outcome: { kind: 'refused' } })],
    [row('a')],
  ],
  ['a change that happened twice', 'there once', [attempt('a')], [row('a'), row('a', second)]],
  [
    'a key that worked twice',
    'there once',
    [attempt('a', { key: 'k' }), attempt('b', { key: 'k' })],
    [row('a'), row('b', second)],
  ],
  ['a change that nobody asked for', 'only changes that were asked for', [], [row('x')]],
  [
    'an order that a client can object to',
    'in the order in which they were answered',
    [
      attempt('a', { answeredAt: 1, outcome: { kind: 'acknowledged', version: 3, text: '' } }),
      attempt('b', { sentAt: 2, answeredAt: 3 }),
    ],
    [row('b'), row('a', second)],
  ],
])('%s breaks it', (_, expected, attempts, audit) => {
  expect(() => compare(attempts, audit)).toThrow(expected);
});

const part = { id: 1, status: 'Approved', version: 2 } as const;

test('a part with the version and status of its last entry is a whole chain', () => {
  expect(() => checkChain({ parts: [part], audit: [row('a')] }, createTally())).not.toThrow();
});

test.each<[string, AuditRow[]]>([
  ['a part that changed without an entry', []],
  [
    'an entry without a change of the part',
    [row('a'), row('b', { ...second, old_status: 'Approved' })],
  ],
  ['a gap in the versions', [row('a', { version: 3 })]],
  ['a gap in the ids', [row('a', { id: 2 })]],
])('%s is a torn chain', (_, audit) => {
  const tally = createTally();
  expect(() => checkChain({ parts: [part], audit }, tally)).toThrow();
  expect(tally.torn).toBe(1);
});
