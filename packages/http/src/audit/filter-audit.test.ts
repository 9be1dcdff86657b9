import { expect, test } from 'vitest';
import { as, namedTokens, TEAM } from '../testing/named-tokens.ts';
import { shareStorage } from '../testing/open-app.ts';
import { entriesOf, expectProblem, nextOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

/** Six entries, one an hour from 2027-01-01T00:00Z on, by ada and bob in turn. */
async function openFiltered() {
  let hour = 0;
  const clock = () => new Date(Date.UTC(2027, 0, 1, hour)).toISOString();
  const app = await openApp({ tokens: namedTokens(TEAM), clock });
  for (; hour < 6; hour += 1) {
    await app.changeStatus(1, { status: 'Draft' }, as(hour % 2 === 0 ? 'ada' : 'bob'));
  }
  const list = (query: string, headers = {}) =>
    app.send('GET', `/v1/audit?${query}`, { headers: { ...as('kicad'), ...headers } });
  return { ...app, list };
}

test.for([
  ['actor=ada', [1, 3, 5]],
  ['actor=nobody', []],
  ['kind=status_changed', [1, 2, 3, 4, 5, 6]],
  ['kind=part_created', []],
  ['since=2027-01-01T04:00:00Z', [5, 6]],
  ['since=2027-01-01T04:00:00.001Z', [6]],
  ['since=2027-01-01T05:00:00%2B01:00', [5, 6]],
  ['since=2027-01-01&until=2027-01-02', [1, 2, 3, 4, 5, 6]],
  ['until=2027-01-01', []],
  ['until=2027-01-01T02:00:00Z', [1, 2]],
  ['actor=bob&since=2027-01-01T01:00:00Z&until=2027-01-01T05:00:00Z&after=2', [4]],
] as const)('%s narrows the audit down to %j', async ([query, ids]) => {
  const { list } = await openFiltered();
  expect((await entriesOf(await list(query))).map(({ id }) => id)).toEqual(ids);
});

test('each page of the audit links to the next one with the same filter', async () => {
  const { list } = await openFiltered();
  const seen: number[] = [];
  let query: string | undefined = 'actor=ada&kind=status_changed&since=2027-01-01&limit=1';
  while (query !== undefined) {
    const page = await list(query);
    seen.push(...(await entriesOf(page)).map(({ id }) => id));
    query = nextOf(page)?.split('?')[1];
  }
  expect(seen).toEqual([1, 3, 5]);
});

test.for([
  ['actor=', 'actor must have'],
  ['actor=a%20b', 'actor must have'],
  [`actor=${'a'.repeat(65)}`, 'actor must have'],
  ['actor=a%00', 'actor must have'],
  ['actor=a%CC%88', 'actor must have'],
  ['kind=', 'kind must be one of status_changed, '],
  ['kind=Status_changed', 'kind must be one of'],
  ['since=', 'since must be a day such as'],
  ['since=2027', 'since must be'],
  ['since=2027-02-30', 'since must be'],
  ['since=2027-01-01T25:00:00Z', 'since must be'],
  ['since=2027-01-01T00:00:00', 'since must be'],
  ['since=2027-01-01T00:00Z', 'since must be'],
  ['since=2027-01-01T00:00:00.0001Z', 'since must be'],
  ['since=2027-01-01T00:00:00+01:00', 'since must be'],
  ['since=1e9', 'since must be'],
  ['until=yesterday', 'until must be a day such as'],
] as const)('the query %s is a 400 that says: %s', async ([query, expected]) => {
  const { list } = await openFiltered();
  const { detail } = await expectProblem(await list(query), 400, 'invalid_parameter');
  expect(detail).toContain(expected);
});

test.for(['actor=ada', 'kind=status_changed', 'since=2027-01-01', 'until=2027-01-01'])(
  'a live feed with %s is a 400, since it would leave entries out',
  async (query) => {
    const { list, auditFeeds } = await openFiltered();
    const response = await list(query, { Accept: 'text/event-stream' });
    await expectProblem(response, 400, 'invalid_parameter');
    expect(auditFeeds.count()).toBe(0);
  },
);
