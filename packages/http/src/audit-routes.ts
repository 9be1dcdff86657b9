import type { PartsService } from '@parts/core';
import { Hono } from 'hono';
import type { AppEnvironment } from './environment.ts';
import { DEFAULT_LIMIT, readAfter, readLimit, setNextLink } from './page-query.ts';

/** The routes below `/v1/audit`. */
export function auditRoutes(parts: PartsService) {
  return new Hono<AppEnvironment>().get('/', async (c) => {
    const limit = readLimit(c) ?? DEFAULT_LIMIT;
    const { items, next } = await parts.listAudit({ after: readAfter(c), limit });
    if (next) setNextLink(c, { limit, after: next });
    return c.json(items);
  });
}
