import type { Part, PartsService } from '@parts/core';
import { type Context, Hono } from 'hono';
import { createAllPartsAnswer } from './all-parts.ts';
import { answer, answerJson, setHeader } from './answer.ts';
import { entityTag, matchesIfNoneMatch, parseIfMatch } from './entity-tag.ts';
import type { AppEnvironment } from './environment.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { limitBody, readJsonBody } from './json-body.ts';
import {
  DEFAULT_LIMIT,
  encodeCursor,
  readCursor,
  readLimit,
  readStatusFilter,
  setNextLink,
} from './page-query.ts';
import type {
  ChangeStatusInput,
  GetPartInput,
  ListPartAuditInput,
  ListPartsInput,
} from './route-inputs.ts';

/** The routes below `/v1/parts`. */
export function partsRoutes(parts: PartsService) {
  const answerAllParts = createAllPartsAnswer(parts);
  return new Hono<AppEnvironment>()
    .get('/', async (c: Context<AppEnvironment, '/', ListPartsInput>) => {
      const status = readStatusFilter(c);
      const list = `parts ${status ?? ''}`;
      const after = readCursor(c, list);
      const limit = readLimit(c) ?? (after === undefined ? undefined : DEFAULT_LIMIT);
      if (limit === undefined) return answerAllParts(c, { status });
      const { items, next } = await parts.listParts({ status, after, limit });
      if (next) setNextLink(c, { limit, status, cursor: encodeCursor(list, next) });
      return answerJson(c, items);
    })
    .get('/:id', async (c: Context<AppEnvironment, '/:id', GetPartInput>) => {
      const part = await parts.getPart(partId(c));
      if (matchesIfNoneMatch(c.req.header('If-None-Match'), part)) {
        return answer(c, 304, null, { ETag: entityTag(part) });
      }
      return answerPart(c, part);
    })
    .patch(
      '/:id/status',
      limitBody,
      async (c: Context<AppEnvironment, '/:id/status', ChangeStatusInput>) => {
        const { part, replayed } = await parts.changeStatus(partId(c), await readJsonBody(c), {
          requestId: c.get('requestId'),
          signal: c.req.raw.signal,
          expectedVersions: parseIfMatch(c.req.header('If-Match')),
          idempotencyKey: parseIdempotencyKey(c.req.header('Idempotency-Key')),
        });
        if (replayed) setHeader(c, 'Idempotent-Replayed', 'true');
        return answerPart(c, part);
      },
    )
    .get('/:id/audit', async (c: Context<AppEnvironment, '/:id/audit', ListPartAuditInput>) => {
      const id = partId(c);
      const list = `part-audit ${id}`;
      const limit = readLimit(c) ?? DEFAULT_LIMIT;
      const after = readCursor(c, list);
      const { items, next } = await parts.listPartAudit(id, { after, limit });
      if (next) setNextLink(c, { limit, cursor: encodeCursor(list, next) });
      return answerJson(c, items);
    });
}

function answerPart(c: Context<AppEnvironment>, part: Part) {
  return answerJson(c, part, { ETag: entityTag(part) });
}

/** NaN, which is no part's id, for all but the one decimal spelling of a number. */
function partId(c: Context<AppEnvironment, '/:id'>): number {
  const text = c.req.param('id');
  return /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
}
