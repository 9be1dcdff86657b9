import { expect, test } from 'vitest';
import { needsHistory } from './approval.ts';
import type { AuditEntry } from './audit-entry.ts';
import { decideChange } from './decide-change.ts';
import { PartsError } from './errors.ts';
import type { Part } from './part.ts';
import { buildEdit, buildStatusChange, CONTRACT_PARTS } from './testing/index.ts';

const [draft] = CONTRACT_PARTS;
if (!draft) throw new Error('no part');

type Step = readonly [actor: string | null, what: Part['status'] | 'edit'];

const build = ([actor, what]: Step) =>
  what === 'edit'
    ? buildEdit({ actor })
    : buildStatusChange({ actor, status: what, approval: 'four-eyes' });

/** Does one step after the other; the outcome is that of the last. */
function outcomeOf(steps: readonly Step[]): string {
  let part: Part = draft as Part;
  const history: AuditEntry[] = [];
  try {
    for (const [index, step] of steps.entries()) {
      const change = build(step);
      const named =
        change.kind === 'part_edited' ? { ...change, content: { name: `${index}` } } : change;
      const decision = decideChange(part, named, history);
      part = decision.part;
      if (decision.entry) history.unshift({ id: index + 1, ...decision.entry });
    }
    return part.status;
  } catch (error) {
    if (error instanceof PartsError) return error.code;
    throw error;
  }
}

test.for<[string, readonly Step[]]>([
  ['not_in_review', [['ada', 'Approved']]],
  ['not_in_review', [['ada', 'Rejected']]],
  [
    'not_in_review',
    [
      ['ada', 'In Review'],
      ['bob', 'Approved'],
      ['bob', 'Rejected'],
    ],
  ],
  [
    'self_approval',
    [
      ['ada', 'In Review'],
      ['ada', 'Approved'],
    ],
  ],
  [
    'Approved',
    [
      ['ada', 'In Review'],
      ['bob', 'Approved'],
    ],
  ],
  [
    'Rejected',
    [
      ['ada', 'In Review'],
      ['ada', 'Rejected'],
    ],
  ],
  [
    'Approved',
    [
      ['ada', 'In Review'],
      ['bob', 'In Review'],
      ['bob', 'Approved'],
    ],
  ],
  [
    'self_approval',
    [
      ['ada', 'In Review'],
      ['bob', 'In Review'],
      ['ada', 'Approved'],
    ],
  ],
  [
    'self_approval',
    [
      ['ada', 'edit'],
      ['bob', 'In Review'],
      ['ada', 'Approved'],
    ],
  ],
  [
    'self_approval',
    [
      ['ada', 'In Review'],
      ['cyd', 'Draft'],
      ['bob', 'In Review'],
      ['ada', 'Approved'],
    ],
  ],
  [
    'Approved',
    [
      ['ada', 'edit'],
      ['bob', 'In Review'],
      ['cyd', 'Approved'],
    ],
  ],
  // What was approved counts no longer.
  [
    'Approved',
    [
      ['ada', 'In Review'],
      ['bob', 'Approved'],
      ['bob', 'In Review'],
      ['ada', 'Approved'],
    ],
  ],
  [
    'self_approval',
    [
      ['ada', 'In Review'],
      ['bob', 'Approved'],
      ['bob', 'edit'],
      ['cyd', 'In Review'],
      ['bob', 'Approved'],
    ],
  ],
  [
    'Draft',
    [
      ['ada', 'In Review'],
      ['ada', 'Draft'],
    ],
  ],
])('four eyes lead to %s after %j', ([outcome, steps]) => {
  expect(outcomeOf(steps)).toBe(outcome);
});

test('reads the history for an approval under the rule only', () => {
  expect(needsHistory(buildStatusChange({ approval: 'four-eyes', status: 'Approved' }))).toBe(true);
  expect(needsHistory(buildStatusChange({ approval: 'four-eyes', status: 'Rejected' }))).toBe(
    false,
  );
  expect(needsHistory(buildStatusChange({ status: 'Approved' }))).toBe(false);
  expect(needsHistory(buildEdit())).toBe(false);
});
