import { expect, test } from 'vitest';
import { explainViolation, type Operation } from './linearizability.ts';

function change(begunAt: number, endedAt: number, over: Partial<Operation> = {}): Operation {
  return { kind: 'change', begunAt, endedAt, status: 'Approved', version: 2, ...over };
}

function read(begunAt: number, endedAt: number, over: Partial<Operation> = {}): Operation {
  return { ...change(begunAt, endedAt, over), kind: 'read' };
}

const lost = { endedAt: Number.POSITIVE_INFINITY, version: undefined };

test.each<[string, Operation[]]>([
  ['nothing at all', []],
  ['a read of the initial state', [read(0, 1, { status: 'Draft', version: 1 })]],
  ['a read after the change', [change(0, 1), read(2, 3)]],
  ['an old read during the change', [change(0, 9), read(1, 2, { status: 'Draft', version: 1 })]],
  ['a new read during the change', [change(0, 9), read(1, 2)]],
  ['an unanswered change that happened', [change(0, 0, lost), read(5, 6)]],
  [
    'an unanswered change that did not',
    [change(0, 0, lost), read(5, 6, { status: 'Draft', version: 1 })],
  ],
  [
    'an unanswered change that happened late',
    [change(0, 0, lost), read(1, 2, { status: 'Draft', version: 1 }), read(3, 4)],
  ],
  [
    'two unanswered changes of which each fits one version',
    [
      change(0, 0, { ...lost, status: 'Rejected' }),
      change(0, 0, lost),
      read(3, 4),
      read(5, 6, { status: 'Rejected', version: 3 }),
    ],
  ],
])('%s can be explained', (_, operations) => {
  expect(explainViolation(operations, { status: 'Draft', version: 1 })).toBeUndefined();
});

test.each<[string, string, Operation[]]>([
  [
    'a stale read',
    'the past came back',
    [change(0, 1), read(2, 3, { status: 'Draft', version: 1 })],
  ],
  [
    'two reads that go back',
    'the past came back',
    [change(0, 9), read(1, 2), read(3, 4, { status: 'Draft', version: 1 })],
  ],
  ['a read of what was not asked for yet', 'the past came back', [read(0, 1), change(2, 3)]],
  ['a lost update', 'two changes made one version', [change(0, 1), change(0, 1)]],
  [
    'a status that nobody set',
    'version 2 is also Approved',
    [change(0, 1), read(2, 3, { status: 'Draft' })],
  ],
  ['another initial status', 'version 1 is also Draft', [read(0, 1, { version: 1 })]],
  ['a version out of nothing', 'nobody can have made version 2', [read(0, 1)]],
  [
    'an unanswered change that happened twice',
    'nobody can have made version 3',
    [change(0, 0, lost), read(1, 2), read(3, 4, { version: 3 })],
  ],
  [
    'an unanswered change seen before it was sent',
    'nobody can have made version 2',
    [read(0, 1), change(2, 2, lost)],
  ],
])('%s is found', (_, reason, operations) => {
  expect(explainViolation(operations, { status: 'Draft', version: 1 })).toContain(reason);
});
