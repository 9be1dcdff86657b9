import type { ServerSpec } from './bench.ts';
import type { Load, RequestTemplate } from './load.ts';
import { pageAfter } from './long-scenarios.ts';
import { getList, getPart, getSpread, patchPart, patchSpread } from './requests.ts';
import type { Scenario, Variant } from './scenario.ts';
import { product } from './servers.ts';

const postgres: ServerSpec = { ...product, engine: 'PostgreSQL' };
/** With pages that have a next one, as those of the large one have. */
const small: ServerSpec = { ...postgres, size: { parts: 1000, auditEntries: 0 } };
const large: ServerSpec = { ...postgres, size: { parts: 1_000_000, auditEntries: 5_000_000 } };

const each = (requests: readonly RequestTemplate[]): Load => ({ requests, connections: 32 });

const LOADS: Readonly<Record<string, Load>> = {
  'GET of a part': each(getPart),
  'unchanged list of 100 parts': each(getList),
  PATCH: each(patchPart),
};

/** For the small database and for the large one, over all of which they are spread. */
const SIZES: Readonly<Record<string, readonly [Variant['load'], Variant['load']]>> = {
  'GET of a part': [each(getSpread(1000)), each(getSpread(large.size.parts))],
  'page of 100 parts': [pageAfter(0), pageAfter(large.size.parts / 2)],
  PATCH: [each(patchSpread(1000)), each(patchSpread(large.size.parts))],
};

/** The service on PostgreSQL, which syncs each commit too. */
export const POSTGRES_SCENARIOS: readonly Scenario[] = [
  {
    name: 'postgres',
    variants: Object.fromEntries(
      Object.entries(LOADS).flatMap(([title, load]) => [
        [`PostgreSQL, ${title}`, { server: postgres, load }],
        [`SQLite, ${title}`, { server: product, load }],
      ]),
    ),
    rows: Object.keys(LOADS).map((title) => ({
      title: `On PostgreSQL, ${title}, 32 connections: answers/s, by those on SQLite`,
      ...{ what: 'perSecond', of: `PostgreSQL, ${title}`, by: `SQLite, ${title}` },
      mark: { atLeast: 0.5 },
    })),
  },
  {
    name: 'postgres-size',
    isLong: true,
    variants: Object.fromEntries(
      Object.entries(SIZES).flatMap(([title, [few, many]]) => [
        [`${title} of few`, { server: small, load: few }],
        [`${title} of many`, { server: large, load: many }],
      ]),
    ),
    rows: Object.keys(SIZES).map((title) => ({
      title: `On PostgreSQL, ${title}, 1,000,000 parts and 5,000,000 entries: median, by that of 1,000 and none`,
      ...{ what: 'p50', of: `${title} of many`, by: `${title} of few` },
      mark: { atMost: 1.15 },
    })),
  },
];
