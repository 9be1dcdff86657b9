import fc from 'fast-check';
import { type Fault, TEAM } from './rules.ts';

/** What is sent, and what it has to be taken for. */
export interface Spelled<Meaning> {
  readonly text: string;
  readonly means: Meaning;
}

export interface ChangeAction {
  readonly do: 'change';
  readonly id: Spelled<number | undefined>;
  readonly body: { readonly status: string; readonly reason: string | null } | Spelled<Fault>;
  /** A name in `TAGS`. */
  readonly ifMatch: string | undefined;
  readonly key: Spelled<string | Fault> | undefined;
  /** Whose token it carries, where tokens have names. */
  readonly by: string;
}

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

const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];

const good = (text: string) => ({ text, means: text });
const bad = (fault: string, ...texts: readonly string[]) =>
  fc.constantFrom(...texts.map((text) => ({ text, means: { fault } })));

/** Mostly the first, now and then the second. */
const seldom = <A, B>(usual: fc.Arbitrary<A>, seldom: fc.Arbitrary<B>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: seldom });

const number = (min: number, max: number) =>
  fc.integer({ min, max }).map((means) => ({ text: String(means), means }));

// Few parts and few keys, so that the actions of one run have to do with each other.
const id = seldom(
  number(1, 2),
  fc.oneof(
    number(3, 13),
    fc
      .constantFrom('0', '-1', '01', '1.0', '1e0', 'x', '9007199254740993')
      .map((text) => ({ text, means: undefined })),
  ),
);

const reason = fc.oneof(
  fc.constantFrom('', 'why', 'x'.repeat(500)),
  fc.string({ unit: 'binary', maxLength: 10 }).map((text) => text.replaceAll('\0', '')),
);

const body = seldom(
  fc.record({ status: fc.constantFrom(...STATUSES), reason: fc.option(reason) }),
  fc.oneof(
    bad('malformed_body', '', '{', 'Draft', '{"status":"Draft"},', "{'status':'Draft'}"),
    bad(
      'invalid_status_change',
      'null',
      '[]',
      '"Draft"',
      '{}',
      '{"status":"draft"}',
      '{"status":"Draft "}',
      '{"status":["Draft"]}',
      '{"status":null}',
      '{"status":"Draft","reason":"\\u0000"}',
      '{"status":"Draft","reason":1}',
      `{"status":"Draft","reason":"${'x'.repeat(501)}"}`,
    ),
  ),
);

const key = seldom(
  fc.oneof(
    fc.constantFrom(good('a'), good('b c'), good('__proto__')),
    fc.constantFrom({ text: '"a"', means: 'a' }, { text: '"b c"', means: 'b c' }),
  ),
  bad('invalid_header', '', '""', '"a', '"a"b', 'é', 'x'.repeat(256)),
);

/** What `If-Match` and `If-None-Match` may say of a part that has this version; null: any version. */
export const TAGS: Readonly<
  Record<string, (version: number) => Spelled<readonly number[] | Fault | null>>
> = {
  any: () => ({ text: '*', means: null }),
  current: (version) => ({ text: `"${version}"`, means: [version] }),
  last: (version) => ({ text: `"${version - 1}"`, means: [version - 1] }),
  next: (version) => ({ text: `"${version + 1}"`, means: [version + 1] }),
  several: (version) => ({ text: `"${version + 9}", "${version}"`, means: [version + 9, version] }),
  broken: (version) => ({ text: `${version}`, means: { fault: 'invalid_header' } }),
};

const tags = fc.option(fc.constantFrom(...Object.keys(TAGS)), { nil: undefined });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const by = fc.constantFrom(...Object.keys(TEAM));

const change: fc.Arbitrary<ChangeAction> = fc.record({
  do: fc.constant('change'),
  id,
  body,
  ifMatch: tags,
  key: optional(key),
  by,
});

/** Steps of a review that nothing but its rules can refuse: rules show in what follows on what. */
const review: fc.Arbitrary<ChangeAction> = fc.record({
  do: fc.constant('change'),
  id: fc.constant({ text: '1', means: 1 }),
  body: fc.record({
    status: fc.constantFrom('In Review', 'In Review', 'Approved', 'Approved', 'Rejected'),
    reason: fc.constant('why'),
  }),
  ifMatch: fc.constant(undefined),
  key: fc.constant(undefined),
  by: fc.constantFrom('ada', 'bob', 'eve'),
});

const list: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('list'),
  of: fc.constantFrom('parts', 'part audit', 'audit'),
  id,
  status: optional(
    seldom(fc.constantFrom(...STATUSES.map(good)), bad('invalid_parameter', '', 'draft', 'Lost')),
  ),
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
  { weight: 12, arbitrary: change },
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
