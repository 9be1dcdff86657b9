import type { Storage } from '@parts/core';
import { z } from 'zod';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { refuseCrossSite } from './cross-site.ts';
import { type Metrics, metricsSchema } from './metrics.ts';

/** What `/debug` shows and resets. */
export interface DebugOptions {
  readonly storage: Pick<Storage, 'maintenance' | 'statistics'>;
  readonly metrics: Metrics;
  /** More numbers for the statistics. */
  readonly readMoreStats: () => Promise<object>;
}

const count = z.int().min(0);

const stats = z
  .object({
    parts_count: count,
    audit_count: count,
    events_processed: count.optional(),
    events_pending: count.optional(),
    events_dropped: count.optional(),
  })
  .meta({ examples: [{ parts_count: 12, audit_count: 1 }] });

/** The endpoints below `/debug`, for tests and operators. They need no token. */
export const debugEndpoints = ({ storage, metrics, readMoreStats }: DebugOptions) => [
  endpoint({
    method: 'post',
    path: '/debug/reset',
    operationId: 'reset',
    tag: 'Debug',
    summary: 'Bring schema and seed back to the state of a new database',
    answers: { 200: json('Done', z.object({ status: z.literal('reset') })) },
    problems: ['cross_site_request'],
    async handler(c) {
      refuseCrossSite(c);
      await storage.maintenance.reset();
      return answerJson(c, { status: 'reset' });
    },
  }),
  endpoint({
    method: 'get',
    path: '/debug/stats',
    operationId: 'getStats',
    tag: 'Debug',
    summary: 'Count parts and audit entries',
    answers: {
      200: json(
        'The counts; of events only where they are handled. `events_processed` includes `events_dropped`, the events given up since the start of the process.',
        stats,
      ),
    },
    problems: READ_PROBLEMS,
    async handler(c) {
      const { parts, auditEntries } = await storage.statistics.count();
      const counts = { parts_count: parts, audit_count: auditEntries };
      return answerJson(c, { ...counts, ...(await readMoreStats()) });
    },
  }),
  endpoint({
    method: 'get',
    path: '/debug/metrics',
    operationId: 'getMetrics',
    tag: 'Debug',
    summary: 'Read the metrics of the process',
    answers: { 200: json('Counters since the start', metricsSchema) },
    handler: (c) => answerJson(c, metrics.read()),
  }),
];
