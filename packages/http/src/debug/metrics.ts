import { createHistogram, monitorEventLoopDelay, type RecordableHistogram } from 'node:perf_hooks';
import { z } from 'zod';
import type { RequestObserver } from '../middleware/observe-requests.ts';

/** Milliseconds between two looks at the event loop. */
const EVENT_LOOP_RESOLUTION = 10;

const count = z.int().min(0);

const latency = z
  .looseObject({ count })
  .meta({ examples: [{ count: 3, mean: 0.41, p50: 0.36, p95: 0.61, p99: 0.61, max: 0.61 }] });

/** A snapshot; times in milliseconds. */
export const metricsSchema = z.looseObject({
  uptime_seconds: count,
  requests_in_flight: count,
  routes: z.record(
    z.string(),
    z.object({ requests: z.record(z.string(), count), latency_ms: latency }),
  ),
  event_loop_delay_ms: latency,
  memory: z.record(z.string(), count),
});

/** Counters since the start of the process. */
export interface Metrics extends Required<RequestObserver> {
  read(): z.infer<typeof metricsSchema>;
}

interface RouteMetrics {
  readonly statusClasses: Record<string, number>;
  /** In microseconds, since a histogram takes whole numbers. */
  readonly latency: RecordableHistogram;
}

/**
 * Begins to measure the event loop; there should be one for each process.
 *
 * @param readMore numbers of other parts of the process, to be shown beside those of the requests
 */
export function createMetrics(readMore: () => object): Metrics {
  const routes = new Map<string, RouteMetrics>();
  const eventLoopDelay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION });
  eventLoopDelay.enable();
  let inFlight = 0;

  /** Routes are known patterns, so the map is as small as the API. */
  function metricsOf(route: string): RouteMetrics {
    const known = routes.get(route);
    if (known) return known;
    const created = { statusClasses: {}, latency: createHistogram() };
    routes.set(route, created);
    return created;
  }

  return {
    begin() {
      inFlight += 1;
    },

    end({ method, route, status, duration_ms }) {
      inFlight -= 1;
      const { statusClasses, latency } = metricsOf(`${method} ${route}`);
      const statusClass = `${Math.floor(status / 100)}xx`;
      statusClasses[statusClass] = (statusClasses[statusClass] ?? 0) + 1;
      latency.record(Math.max(1, Math.round(duration_ms * 1000)));
    },

    read: () => ({
      uptime_seconds: Math.floor(process.uptime()),
      requests_in_flight: inFlight,
      routes: Object.fromEntries(
        [...routes].map(([route, { statusClasses, latency }]) => [
          route,
          { requests: statusClasses, latency_ms: summarize(latency, 1000) },
        ]),
      ),
      // The histogram counts the interval as a part of the delay.
      event_loop_delay_ms: summarize(eventLoopDelay, 1_000_000, EVENT_LOOP_RESOLUTION),
      memory: { ...process.memoryUsage() },
      ...readMore(),
    }),
  };
}

type Histogram = Pick<RecordableHistogram, 'count' | 'max' | 'mean' | 'percentile'>;

/**
 * @param unit how many of the histogram's units make a millisecond
 * @param offset milliseconds that every value has too many
 */
function summarize(histogram: Histogram, unit: number, offset = 0) {
  const { count } = histogram;
  const inMilliseconds = (value: number) =>
    Math.max(0, Math.round((value / unit - offset) * 1000) / 1000);
  if (count === 0) return { count };
  return {
    count,
    mean: inMilliseconds(histogram.mean),
    p50: inMilliseconds(histogram.percentile(50)),
    p95: inMilliseconds(histogram.percentile(95)),
    p99: inMilliseconds(histogram.percentile(99)),
    max: inMilliseconds(histogram.max),
  };
}
