import { assert } from '@parts/testkit';
import { type BenchServer, readUsage, type ServerSpec } from './bench.ts';
import type { Load } from './load.ts';
import { get, getList, getPart, mixed, patchPart } from './requests.ts';
import type { Measures, Scenario } from './scenario.ts';
import { byFloor, floor, large, MILLION, product } from './servers.ts';

/** Those that need a large database or a long time. */
export const LONG_SCENARIOS: readonly Scenario[] = [
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
    name: 'search',
    isLong: true,
    variants: Object.fromEntries(
      [10_000, MILLION.parts].map((parts) => {
        const server: ServerSpec = { ...product, size: { parts, auditEntries: 0 } };
        const requests = [get('/v1/parts?q=no+such+part')];
        return [`${parts}`, { server, load: { requests, connections: 1, seconds: 2 } }];
      }),
    ),
    rows: [
      {
        title: 'Search of 1,000,000 parts without a match: CPU time, by 100 times that of 10,000',
        ...{ what: 'cpu', of: '1000000', by: '10000', times: 100, mark: { atMost: 1.15 } },
      },
      {
        title: 'Search of 1,000,000 parts without a match: median',
        ...{ what: 'p50', of: '1000000', unit: 'ms' },
      },
    ],
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
export function pageAfter(position: number): (server: BenchServer) => Promise<Load> {
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
