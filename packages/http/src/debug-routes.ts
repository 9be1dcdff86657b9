import type { Storage } from '@parts/core';
import { Hono } from 'hono';
import { answerJson } from './answer.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { AppEnvironment } from './environment.ts';
import type { Metrics } from './metrics.ts';

/** What `/debug` shows and resets. */
export interface DebugRoutesOptions {
  readonly storage: Pick<Storage, 'maintenance' | 'statistics'>;
  readonly metrics: Metrics;
  /** More numbers for the statistics. */
  readonly readMoreStats: () => Promise<object>;
}

/** The routes below `/debug`: for tests and for a look inside. They need no token. */
export function debugRoutes({ storage, metrics, readMoreStats }: DebugRoutesOptions) {
  return new Hono<AppEnvironment>()
    .post('/reset', refuseCrossSite, async (c) => {
      await storage.maintenance.reset();
      return answerJson(c, { status: 'reset' });
    })
    .get('/stats', async (c) => {
      const { parts, auditEntries } = await storage.statistics.count();
      const counts = { parts_count: parts, audit_count: auditEntries };
      return answerJson(c, { ...counts, ...(await readMoreStats()) });
    })
    .get('/metrics', (c) => answerJson(c, metrics.read()));
}
