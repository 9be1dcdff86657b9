import fc from 'fast-check';
import { type Spelled, TAGS } from './entity-tags.ts';
import type { ModelImport } from './imports.ts';
import { type Fault, TEAM } from './model.ts';
import type { ChangeRequest, ModelBody } from './rules.ts';

export interface ChangeAction {
  readonly do: 'change';
  readonly to: ChangeRequest['to'];
  readonly id: Spelled<number | undefined>;
  readonly body: ModelBody | Spelled<Fault> | (Spelled<ModelImport> & { readonly query: string });
  /** A name in `TAGS`. */
  readonly ifMatch: string | undefined;
  readonly key: Spelled<string | Fault> | undefined;
  /** Whose token it carries, where tokens have names. */
  readonly by: string;
}

export const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];

export const good = (text: string) => ({ text, means: text });
export const bad = (fault: string, ...texts: readonly string[]) =>
  fc.constantFrom(...texts.map((text) => ({ text, means: { fault } })));

/** Mostly the first, now and then the second. */
export const seldom = <A, B>(usual: fc.Arbitrary<A>, seldom: fc.Arbitrary<B>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: seldom });

export const number = (min: number, max: number) =>
  fc.integer({ min, max }).map((means) => ({ text: String(means), means }));

// Few parts and few keys, so that the actions of one run have to do with each other.
export const id = seldom(
  number(1, 2),
  fc.oneof(
    number(3, 12),
    number(13, 15),
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

export const tags = fc.option(fc.constantFrom(...Object.keys(TAGS)), { nil: undefined });
export const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

export const by = fc.constantFrom(...Object.keys(TEAM));

/** A change of a part that exists. */
const changeOf = (
  to: 'status' | 'part',
  body: fc.Arbitrary<ChangeAction['body']>,
): fc.Arbitrary<ChangeAction> =>
  fc.record({
    do: fc.constant('change'),
    to: fc.constant(to),
    id,
    body,
    ifMatch: tags,
    key: optional(key),
    by,
  });

/** What makes parts has neither a key nor a condition. */
const makeParts = (to: 'parts' | 'imports', body: fc.Arbitrary<ChangeAction['body']>) =>
  fc.record({ body, by }).map(
    (sent): ChangeAction => ({
      ...sent,
      do: 'change',
      to,
      id: NO_ID,
      ifMatch: undefined,
      key: undefined,
    }),
  );

const NO_ID = { text: '', means: undefined };

// Few numbers and names, so that many are taken and many an edit changes nothing.
const partNumber = fc.constantFrom('N-1', 'n-1', 'N-0002', 'PCB-1001', 'pcb-1002', 'Ä 1');
const name = fc.constantFrom('a', 'b', '"', 'x'.repeat(200));
const why = fc.option(reason);
const malformed = bad('malformed_body', '', '{', '[1', "{'name':'a'}");

const edit = seldom(
  fc.oneof(
    fc.record({ name, reason: why }),
    fc.record({ part_number: partNumber, description: optional(name), reason: why }),
    fc.record({ retired: fc.boolean(), reason: why }),
  ),
  fc.oneof(
    malformed,
    bad('invalid_part', 'null', '[]', '{}', '{"name":" "}', '{"name":null}', '{"status":"Draft"}'),
    bad('invalid_part', '{"part_number":" "}', '{"part_number":"\\u0007"}', '{"name":"\\ud800"}'),
  ),
);

const creation = seldom(
  fc.oneof(
    fc.record({ part_number: partNumber, name, description: optional(name), reason: why }),
    fc.record({ part_number_prefix: fc.constantFrom('N-', 'pcb-'), name, reason: why }),
  ),
  fc.oneof(
    malformed,
    bad('invalid_part', '{"name":"a"}', '{"part_number":"N-1"}', '{"part_number_prefix":"N-"}'),
    bad('invalid_part', '{"part_number":"N-9","part_number_prefix":"N-","name":"a"}'),
    bad('invalid_part', '{"part_number":"N-9","name":"a","status":"Draft"}'),
  ),
);

const row = fc.record({
  part_number: partNumber,
  name: seldom(name, fc.constant(undefined)),
  description: optional(name),
  reason: optional(reason),
  version: fc.constantFrom(undefined, undefined, undefined, 1, 2),
  status: fc.constantFrom(undefined, undefined, 'Draft', 'Approved'),
});

const imports = seldom(
  fc
    .record({
      rows: seldom(
        fc.uniqueArray(row, { maxLength: 4, selector: (row) => row.part_number.toLowerCase() }),
        fc.array(row, { maxLength: 4 }),
      ),
      existing: fc.constantFrom('update', 'update', 'skip', 'fail'),
      isDryRun: seldom(fc.constant(false), fc.constant(true)),
    })
    .map((means) => ({
      text: JSON.stringify(means.rows),
      query: `existing=${means.existing}&dry_run=${means.isDryRun}`,
      means,
    })),
  malformed,
);

export const statusChange = changeOf('status', body);
export const content = fc.oneof(
  { weight: 3, arbitrary: changeOf('part', edit) },
  { weight: 2, arbitrary: makeParts('parts', creation) },
  { weight: 2, arbitrary: makeParts('imports', imports) },
);
export const change = fc.oneof(statusChange, content);

const DECISIONS = ['In Review', 'In Review', 'Approved', 'Approved', 'Rejected'];

/** Steps of a review that nothing but its rules can refuse: rules show in what follows on what. */
export const review = fc
  .record({
    what: fc.constantFrom(...DECISIONS.map((status) => ({ status })), { name: 'a' }, { name: 'b' }),
    by: fc.constantFrom('ada', 'bob', 'eve'),
  })
  .map(
    ({ what, by }): ChangeAction => ({
      ...{ do: 'change', to: 'status' in what ? 'status' : 'part', id: PART_1, by },
      ...{ body: { ...what, reason: 'why' }, ifMatch: undefined, key: undefined },
    }),
  );

const PART_1 = { text: '1', means: 1 };
