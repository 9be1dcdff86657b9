import { z } from 'zod';
import { json } from './answer.ts';
import { type PathTable, STORAGE_PROBLEMS } from './operation.ts';
import { inlineSchema } from './schemas.ts';

const count = z.int().min(0);

const stats = z.object({
  parts_count: count,
  audit_count: count,
  events_processed: count.optional(),
  events_pending: count.optional(),
  events_dropped: count.optional(),
});

const metrics = z.looseObject({
  uptime_seconds: count,
  requests_in_flight: count,
  routes: z.record(
    z.string(),
    z.object({ requests: z.record(z.string(), count), latency_ms: z.looseObject({ count }) }),
  ),
  event_loop_delay_ms: z.looseObject({ count }),
  memory: z.record(z.string(), count),
});

const EXAMPLE_LATENCY = { count: 3, mean: 0.41, p50: 0.36, p95: 0.61, p99: 0.61, max: 0.61 };

const EXAMPLE_METRICS = {
  uptime_seconds: 60,
  requests_in_flight: 1,
  routes: {
    'GET /v1/parts/:id': { requests: { '2xx': 2, '4xx': 1 }, latency_ms: EXAMPLE_LATENCY },
  },
  event_loop_delay_ms: EXAMPLE_LATENCY,
  memory: { rss: 94_371_840 },
};

export const debugPaths: PathTable = {
  '/debug/reset': {
    post: {
      operationId: 'reset',
      tag: 'Debug',
      summary: 'Bring schema and seed back to the state of a new database',
      answers: {
        200: {
          description: 'Done',
          content: json(inlineSchema(z.object({ status: z.literal('reset') })), {
            status: 'reset',
          }),
        },
      },
      problems: ['cross_site_request'],
    },
  },
  '/debug/stats': {
    get: {
      operationId: 'getStats',
      tag: 'Debug',
      summary: 'Count parts and audit entries',
      answers: {
        200: {
          description:
            'The counts; of events only where they are handled. `events_processed` includes `events_dropped`, the events given up since the start of the process.',
          content: json(inlineSchema(stats), { parts_count: 12, audit_count: 1 }),
        },
      },
      problems: STORAGE_PROBLEMS,
    },
  },
  '/debug/metrics': {
    get: {
      operationId: 'getMetrics',
      tag: 'Debug',
      summary: 'Look inside',
      answers: {
        200: {
          description: 'Counters since the start',
          content: json(inlineSchema(metrics), EXAMPLE_METRICS),
        },
      },
    },
  },
};
