import type { ServerSpec } from './bench.ts';
import { LONG_SCENARIOS } from './long-scenarios.ts';
import { POSTGRES_SCENARIOS } from './postgres-scenarios.ts';
import { getList, getPart, importParts, patchPart, patchWith } from './requests.ts';
import type { Scenario } from './scenario.ts';
import { both, byFloor, product } from './servers.ts';

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
    name: 'imports',
    variants: {
      GET: {
        server: product,
        load: { requests: getPart, connections: 4, rate: 200 },
        // About as many as the server can make.
        beside: { requests: importParts, connections: 1, rate: 4 },
      },
      PATCH: {
        server: product,
        load: { requests: patchPart, connections: 1 },
        beside: { requests: importParts, connections: 1 },
      },
    },
    rows: [
      {
        title: 'GET p99 beside 4 imports of 5,000 rows a second',
        ...{ what: 'p99', of: 'GET', unit: 'ms', mark: { atMost: 10 } },
      },
      {
        title: 'PATCH p99 beside imports of 5,000 rows, one after the other',
        ...{ what: 'p99', of: 'PATCH', unit: 'ms' },
      },
    ],
  },
  ...LONG_SCENARIOS,
  ...POSTGRES_SCENARIOS,
];
