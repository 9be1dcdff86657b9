import type { PartsService } from '@parts/core';
import { Hono } from 'hono';
import type { AppEnvironment } from './environment.ts';
import { limitBody, readJsonBody } from './json-body.ts';

/** The routes below `/v1/parts`. */
export function partsRoutes(parts: PartsService) {
  return new Hono<AppEnvironment>()
    .get('/', async (c) => c.json(await parts.listParts()))
    .get('/:id', async (c) => c.json(await parts.getPart(partId(c.req.param('id')))))
    .patch('/:id/status', limitBody, async (c) => {
      const part = await parts.changeStatus(partId(c.req.param('id')), await readJsonBody(c), {
        requestId: c.get('requestId'),
        signal: c.req.raw.signal,
      });
      return c.json(part);
    });
}

/** NaN, which is no part's id, for all but the one decimal spelling of a number. */
function partId(text: string): number {
  return /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
}
