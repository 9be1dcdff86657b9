import { setTimeout as delay } from 'node:timers/promises';
import { assert } from '@parts/testkit';
import { type Bench, type BenchServer, readUsage, type Sample, type ServerSpec } from './bench.ts';
import { followFeeds } from './feeds.ts';
import type { Load, RequestTemplate } from './load.ts';

/** What the figure should be. */
type Mark = { readonly atLeast: number } | { readonly atMost: number };

/** What is measured of a variant; a share is that of the entries that reached every feed. */
export type Measures = Partial<Record<keyof Sample | 'share' | 'resident', number>>;

/** One line of the table. */
export interface Row {
  readonly title: string;
  readonly what: keyof Measures;
  /** The variant whose measure it is, divided by that of another in the same round, or by a number. */
  readonly of: string;
  readonly by?: string | number;
  /** Left out: a ratio. */
  readonly unit?: 'ms' | 's' | 'MB';
  readonly mark?: Mark;
}

/** One of several things that are measured in alternation. Variants with one server share it. */
export interface Variant {
  readonly server: ServerSpec;
  readonly load: Load | ((server: BenchServer) => Promise<Load>);
  /** Another load that the server has meanwhile. */
  readonly beside?: Load;
  /** Feeds that are open meanwhile. */
  readonly feeds?: number;
}

export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  /** Needs a large database or a long time: not part of `--quick`. */
  readonly isLong?: boolean;
  readonly rows: readonly Row[];
  /** The variants by name, or what measures them itself. */
  readonly variants:
    | Readonly<Record<string, Variant>>
    | ((bench: Bench) => Promise<Readonly<Record<string, readonly Measures[]>>>);
}

const IDS = Array.from({ length: 100 }, (_, index) => index + 1);
const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];
const get = (path: string): RequestTemplate => ({ method: 'GET', path });
const getPart = IDS.map((id) => get(`/v1/parts/${id}`));
const getList = [get('/v1/parts')];
const patchPart = IDS.map(
  (id): RequestTemplate => ({
    method: 'PATCH',
    path: `/v1/parts/${id}/status`,
    body: JSON.stringify({ status: STATUSES[(id * 7) % STATUSES.length] }),
  }),
);
const patchWith = (uniqueHeader: string) =>
  patchPart.map((template) => ({ ...template, uniqueHeader }));
/** One change after nine reads. */
const mixed = getPart.map(
  (request, index) => (index % 10 === 9 ? patchPart[index] : request) ?? request,
);

const HUNDRED = { parts: 100, auditEntries: 0 };
const MILLION = { parts: 1_000_000, auditEntries: 0 };
const product: ServerSpec = { program: 'product', size: HUNDRED };
const floor: ServerSpec = { program: 'floor', size: HUNDRED };
const large: ServerSpec = { program: 'product', size: MILLION };

/** The product and the floor under the same load. */
const both = (load: Load, beside?: Load) => ({
  product: { server: product, load, ...(beside && { beside }) },
  floor: { server: floor, load, ...(beside && { beside }) },
});
const byFloor = (what: keyof Measures, title: string, mark?: Mark): Row => ({
  title: `${title}, by the floor’s`,
  ...{ what, of: 'product', by: 'floor' },
  ...(mark && { mark }),
});

/** Microseconds of a sync on an ordinary cloud disk, and milliseconds of one full group with it. */
const SYNC = 5000;
const GROUP = SYNC / 1000 + 1.5;
const slow: ServerSpec = { ...product, syncDelay: SYNC, isProbed: true };

/** All that is measured, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'get',
    variants: both({ requests: getPart, connections: 32 }),
    rows: [
      byFloor('perSecond', 'GET of a part, 32 connections: requests/s', { atLeast: 0.9 }),
      byFloor('cpu', 'GET of a part: CPU time for each', { atMost: 1.15 }),
      byFloor('peak', 'GET of a part: most memory'),
    ],
  },
  {
    name: 'list',
    variants: both({ requests: getList, connections: 32 }),
    rows: [
      byFloor('perSecond', 'Unchanged list of 100 parts: requests/s', { atLeast: 3 }),
      byFloor('cpu', 'Unchanged list of 100 parts: CPU time for each', { atMost: 0.4 }),
    ],
  },
  {
    name: 'changing-list',
    variants: both(
      { requests: getList, connections: 32 },
      { requests: patchPart, connections: 4, rate: 100 },
    ),
    rows: [
      byFloor('perSecond', 'List of 100 parts under 100 changes/s: requests/s', { atLeast: 1 }),
    ],
  },
  {
    name: 'patch-32',
    variants: both({ requests: patchPart, connections: 32 }),
    rows: [
      byFloor('perSecond', 'PATCH, 32 connections: changes/s', { atLeast: 4.5 }),
      byFloor('p99', 'PATCH, 32 connections: p99', { atMost: 0.3 }),
      byFloor('cpu', 'PATCH, 32 connections: CPU time for each'),
    ],
  },
  {
    name: 'patch-1',
    variants: both({ requests: patchPart, connections: 1 }),
    rows: [byFloor('p50', 'PATCH, 1 connection: median', { atMost: 1.25 })],
  },
  {
    name: 'slow-disk',
    variants: {
      'GET alone': { server: slow, load: { requests: getPart, connections: 4 } },
      'GET beside 32 PATCH': {
        server: slow,
        load: { requests: getPart, connections: 4 },
        beside: { requests: patchPart, connections: 32 },
      },
      PATCH: { server: slow, load: { requests: patchPart, connections: 32 } },
    },
    rows: [
      {
        title: 'Sync of 5 ms: GET p50 beside 32 connections that PATCH, by that of GET alone',
        ...{ what: 'p50', of: 'GET beside 32 PATCH', by: 'GET alone', mark: { atMost: 1.5 } },
      },
      {
        title: 'Sync of 5 ms: GET p99 beside 32 connections that PATCH, by that of GET alone',
        ...{ what: 'p99', of: 'GET beside 32 PATCH', by: 'GET alone', mark: { atMost: 3 } },
      },
      {
        title: 'Sync of 5 ms: PATCH, 32 connections: changes/s, by one full group each 6.5 ms',
        ...{ what: 'perSecond', of: 'PATCH', by: 32_000 / GROUP, mark: { atLeast: 0.85 } },
      },
      {
        title: 'Sync of 5 ms: delay of the event loop while 32 connections PATCH, p99',
        ...{ what: 'loopDelay', of: 'PATCH', unit: 'ms', mark: { atMost: 10 } },
      },
    ],
  },
  {
    name: 'crowd',
    variants: {
      'new connections': {
        server: product,
        load: { requests: getPart, connections: 200, count: 200, after: 300 },
        beside: { requests: getPart, connections: 256 },
      },
    },
    rows: [
      {
        title: '200 new connections beside 256 busy ones: all answered',
        ...{ what: 'seconds', of: 'new connections', unit: 's', mark: { atMost: 2 } },
      },
    ],
  },
  {
    name: 'idempotency',
    variants: {
      'with a key': {
        server: product,
        load: { requests: patchWith('Idempotency-Key'), connections: 32 },
      },
      without: { server: product, load: { requests: patchWith('X-Request-Id'), connections: 32 } },
    },
    rows: [
      {
        title: 'PATCH with Idempotency-Key: changes/s, by those without',
        ...{ what: 'perSecond', of: 'with a key', by: 'without', mark: { atLeast: 0.75 } },
      },
    ],
  },
  {
    name: 'pages',
    isLong: true,
    variants: {
      start: { server: large, load: pageAfter(0) },
      middle: { server: large, load: pageAfter(MILLION.parts / 2) },
      end: { server: large, load: pageAfter(MILLION.parts - 1000) },
      small: { server: { ...product, size: { parts: 1000, auditEntries: 0 } }, load: pageAfter(0) },
    },
    rows: [
      ['in the middle, by the start', 'middle', 'start'],
      ['at the end, by the start', 'end', 'start'],
      ['at the start, by a table of 1,000', 'start', 'small'],
    ].map(([title, of = '', by = '']) => ({
      title: `Page of 100 of 1,000,000 parts: CPU time ${title}`,
      ...{ what: 'cpu', of, by, mark: { atMost: 1.15 } },
    })),
  },
  {
    name: 'audit-size',
    isLong: true,
    variants: Object.fromEntries(
      [0, 5_000_000].flatMap((auditEntries) => {
        const server: ServerSpec = { ...product, size: { parts: 100, auditEntries } };
        const stats = { requests: [get('/debug/stats')], connections: 32 };
        return [
          [`PATCH ${auditEntries}`, { server, load: { requests: patchPart, connections: 32 } }],
          [`stats ${auditEntries}`, { server, load: stats }],
        ];
      }),
    ),
    rows: [
      {
        title: 'PATCH with 5,000,000 audit rows: median, by that with none',
        ...{ what: 'p50', of: 'PATCH 5000000', by: 'PATCH 0', mark: { atMost: 1.15 } },
      },
      {
        title: 'GET /debug/stats with 5,000,000 audit rows: CPU time, by that with none',
        ...{ what: 'cpu', of: 'stats 5000000', by: 'stats 0', mark: { atMost: 1.15 } },
      },
    ],
  },
  {
    name: 'full-list',
    isLong: true,
    variants: {
      product: { server: large, load: { requests: getList, connections: 1 } },
      floor: {
        server: { ...floor, size: MILLION },
        load: { requests: getList, connections: 1 },
      },
      others: {
        server: large,
        load: { requests: getPart, connections: 4, rate: 200 },
        beside: { requests: getList, connections: 1 },
      },
    },
    rows: [
      byFloor('megabytesPerSecond', 'Full list of 1,000,000 parts: MB/s', { atLeast: 0.95 }),
      {
        title: 'Full list of 1,000,000 parts: growth of memory',
        ...{ what: 'growth', of: 'product', unit: 'MB', mark: { atMost: 64 } },
      },
      {
        title: 'Full list of 1,000,000 parts: first byte',
        ...{ what: 'firstByte', of: 'product', unit: 'ms', mark: { atMost: 50 } },
      },
      {
        title: 'GET p99 of other clients during full lists',
        ...{ what: 'p99', of: 'others', unit: 'ms', mark: { atMost: 10 } },
      },
    ],
  },
  {
    name: 'feeds',
    isLong: true,
    variants: {
      '500 feeds': {
        server: { ...product },
        load: { requests: patchPart, connections: 32, rate: 1000 },
        feeds: 500,
      },
      none: { server: product, load: { requests: patchPart, connections: 32, rate: 1000 } },
    },
    rows: [
      {
        title: '500 feeds, 1,000 changes/s: share of the entries that reached every feed',
        ...{ what: 'share', of: '500 feeds', mark: { atLeast: 1 } },
      },
      {
        title: '500 feeds, 1,000 changes/s: PATCH p99, by that without feeds',
        ...{ what: 'p99', of: '500 feeds', by: 'none', mark: { atMost: 3 } },
      },
    ],
  },
  {
    name: 'start',
    isLong: true,
    async variants(bench) {
      const spec = { ...product, size: { parts: 1_000_000, auditEntries: 10_000_000 } };
      let server = await bench.start(spec);
      const samples: Measures[] = [];
      for (let round = 0; round < bench.effort.rounds; round++) {
        await server.end('SIGTERM');
        server = await bench.start(spec, server.databasePath);
        const resident = readUsage(server.pid()).resident / 1e6;
        samples.push({ seconds: server.startSeconds, resident });
      }
      return { product: samples };
    },
    rows: [
      {
        title: 'Start to first answer, database of 1 GB',
        ...{ what: 'seconds', of: 'product', unit: 's', mark: { atMost: 0.35 } },
      },
      { title: 'Memory after the start', what: 'resident', of: 'product', unit: 'MB' },
    ],
  },
  {
    name: 'memory',
    isLong: true,
    async variants(bench) {
      const server = await bench.start(product);
      const resident: number[] = [];
      for (let million = 0; million < 3; million++) {
        await bench.sample(server, { requests: mixed, connections: 32, count: 1_000_000 });
        resident.push(readUsage(server.pid()).resident / 1e6);
      }
      const [, second = Number.NaN, third = Number.NaN] = resident;
      return { product: [{ resident: third, growth: third - second }] };
    },
    rows: [
      { title: 'Memory after three million requests', what: 'resident', of: 'product', unit: 'MB' },
      {
        title: 'Growth of memory between the second and the third million requests',
        ...{ what: 'growth', of: 'product', unit: 'MB', mark: { atMost: 5 } },
      },
    ],
  },
];

/** Finds the page of 100 after so many parts, a thousand parts a step. */
function pageAfter(position: number): (server: BenchServer) => Promise<Load> {
  return async (server) => {
    let url = '/v1/parts?limit=1000';
    for (let step = 0; step < position / 1000; step++) {
      const response = await server.request(url);
      await response.arrayBuffer();
      url = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1] ?? '';
      assert(url !== '', 'a next page', () => step);
    }
    return { requests: [get(url.replace('limit=1000', 'limit=100'))], connections: 32 };
  };
}

/** Milliseconds for which each variant warms up. */
const WARM_UP = 1000;

/**
 * Measures the variants in turn, round by round, so that whatever else happens on the machine
 * meets all of them; each round begins with another one. What they do to warm up is not counted.
 */
export async function measureVariants(
  bench: Bench,
  variants: Readonly<Record<string, Variant>>,
): Promise<Record<string, readonly Measures[]>> {
  const servers = new Map<ServerSpec, BenchServer>();
  const subjects: { samples: Measures[]; measure: () => Promise<Measures> }[] = [];
  for (const { server: spec, load, beside, feeds } of Object.values(variants)) {
    const server = servers.get(spec) ?? (await bench.start(spec));
    servers.set(spec, server);
    const shape = typeof load === 'function' ? await load(server) : load;
    const followers = feeds === undefined ? undefined : followFeeds({ ...server, feeds });
    const measure = async () => {
      const sample = await bench.sample(server, shape, beside);
      return {
        ...sample,
        ...(followers && { share: await arrivedShare(server, followers.least) }),
      };
    };
    for (const end = performance.now() + WARM_UP; performance.now() < end; ) await measure();
    subjects.push({ samples: [], measure });
    if (followers) bench.onClear(followers.stop);
  }
  for (let round = 0; round < bench.effort.rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(turn + round) % subjects.length];
      subject?.samples.push(await subject.measure());
    }
  }
  return Object.fromEntries(
    Object.keys(variants).map((name, index) => [name, subjects[index]?.samples ?? []]),
  );
}

/** Waits until every feed has every entry, but not for ever. */
async function arrivedShare(server: BenchServer, least: () => Promise<number>): Promise<number> {
  const stats = await (await server.request('/debug/stats')).text();
  const { audit_count: expected }: { audit_count: number } = JSON.parse(stats);
  for (const end = performance.now() + 20_000; ; await delay(20)) {
    const share = (await least()) / expected;
    if (share >= 1 || performance.now() > end) return share;
  }
}
