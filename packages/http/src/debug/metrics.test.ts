import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApp } from '../testing/open-app.ts';

const latencySchema = z.object({
  count: z.int(),
  mean: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});

const metricsSchema = z.object({
  uptime_seconds: z.int(),
  requests_in_flight: z.int(),
  routes: z.record(
    z.string(),
    z.object({ requests: z.record(z.string(), z.int()), latency_ms: latencySchema }),
  ),
  event_loop_delay_ms: z.object({ count: z.int() }),
  memory: z.object({ rss: z.int() }),
  commits: z.object({ commits: z.int(), jobs: z.int() }),
  open_feeds: z.int(),
});

test('counts requests by route and status class, with their latency', async () => {
  const { send, changeStatus } = await openApp();
  for (const id of [1, 2, 99]) await send('GET', `/v1/parts/${id}`);
  await Promise.all([1, 2, 3].map((id) => changeStatus(id, { status: 'Draft' })));
  await changeStatus(1, {});
  const response = await send('GET', '/debug/metrics');
  const metrics = metricsSchema.parse(await response.json());
  expect(metrics.routes).toMatchObject({
    'GET /v1/parts/:id': { requests: { '2xx': 2, '4xx': 1 }, latency_ms: { count: 3 } },
    'PATCH /v1/parts/:id/status': { requests: { '2xx': 3, '4xx': 1 }, latency_ms: { count: 4 } },
  });
  expect(metrics.requests_in_flight).toBe(1);
  expect(metrics.commits).toEqual({ commits: 1, jobs: 3 });
  expect(metrics.open_feeds).toBe(0);
});
