import fc from 'fast-check';
import {
  bad,
  by,
  type ChangeAction,
  change,
  content,
  good,
  id,
  number,
  optional,
  review,
  STATUSES,
  seldom,
  statusChange,
  tags,
} from './change-actions.ts';
import type { Spelled } from './entity-tags.ts';
import type { Fault } from './model.ts';

export type Action =
  | ChangeAction
  /** A change that was sent before, in another spelling. */
  | { readonly do: 'retry'; readonly which: number }
  /** One with a key, by another name. */
  | { readonly do: 'imitate'; readonly which: number; readonly by: string }
  /** Several changes at once. */
  | { readonly do: 'together'; readonly changes: readonly ChangeAction[] }
  | {
      readonly do: 'get';
      readonly id: Spelled<number | undefined>;
      readonly ifNoneMatch: string | undefined;
    }
  | {
      readonly do: 'list';
      readonly of: 'parts' | 'part audit' | 'audit';
      readonly id: Spelled<number | undefined>;
      readonly status: Spelled<string | Fault> | undefined;
      readonly retired: Spelled<'any'> | undefined;
      readonly limit: Spelled<number | Fault> | undefined;
      readonly after: Spelled<number | Fault> | undefined;
    }
  /** The next page of a list that was begun before. */
  | { readonly do: 'follow'; readonly which: number }
  /** A cursor that was damaged, or is used for another list than its own. */
  | {
      readonly do: 'misuse';
      readonly which: number;
      readonly how: 'shorten' | 'lengthen' | 'filter' | 'list';
    }
  | { readonly do: 'stats' | 'reset' | 'restart' | 'no token' }
  | { readonly do: 'wait'; readonly hours: number };

const list: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('list'),
  of: fc.constantFrom('parts', 'part audit', 'audit'),
  id,
  status: optional(
    seldom(fc.constantFrom(...STATUSES.map(good)), bad('invalid_parameter', '', 'draft', 'Lost')),
  ),
  retired: optional(fc.constant({ text: 'any', means: 'any' } as const)),
  limit: optional(
    seldom(
      number(1, 3),
      fc.oneof(number(4, 13), bad('invalid_parameter', '', '0', '-1', '1e1', '1001', '01')),
    ),
  ),
  after: optional(
    seldom(number(0, 9), bad('invalid_parameter', '', '-1', '1e1', '01', '9007199254740993')),
  ),
});

const which = fc.nat(99);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: statusChange },
  { weight: 14, arbitrary: content },
  { weight: 20, arbitrary: review },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('retry'), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('imitate'), which, by }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('together'),
      changes: fc.array(change, { minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('get'), id, ifNoneMatch: tags }) },
  { weight: 8, arbitrary: list },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('follow'), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('misuse'),
      which,
      how: fc.constantFrom('shorten', 'lengthen', 'filter', 'list'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('stats', 'reset', 'restart', 'no token'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.constantFrom(1, 23, 25) }),
  },
);

export const actions: fc.Arbitrary<Action[]> = fc.array(action, { maxLength: 60, size: 'max' });
