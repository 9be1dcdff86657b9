import type { AuditTail, PartsService } from '@parts/core';
import { type Context, Hono } from 'hono';
import { answer, answerJson } from './answer.ts';
import { type AuditFeeds, parseEventId } from './audit-feed.ts';
import type { AppEnvironment } from './environment.ts';
import { DEFAULT_LIMIT, readAfter, readLimit, setNextLink } from './page-query.ts';
import { answerProblem } from './problem.ts';
import { RequestError } from './request-error.ts';
import type { ListAuditInput } from './route-inputs.ts';

export interface AuditRoutesOptions {
  readonly parts: PartsService;
  readonly tail: AuditTail;
  readonly feeds: AuditFeeds;
}

/** The routes below `/v1/audit`: as pages, or as a live feed for who accepts `text/event-stream`. */
export function auditRoutes({ parts, tail, feeds }: AuditRoutesOptions) {
  return new Hono<AppEnvironment>().get(
    '/',
    async (c: Context<AppEnvironment, '/', ListAuditInput>) => {
      if (acceptsEventStream(c)) {
        const stream = feeds.open(await findStart(c, tail));
        if (!stream) return answerProblem(c, 'feeds_exhausted', 'too many feeds are open already');
        return answer(c, 200, stream, {
          'Content-Type': 'text/event-stream',
          'Cache-Control': 'no-store',
        });
      }
      const limit = readLimit(c) ?? DEFAULT_LIMIT;
      const { items, next } = await parts.listAudit({ after: readAfter(c), limit });
      if (next) setNextLink(c, { limit, after: next });
      return answerJson(c, items);
    },
  );
}

/** Not true for HEAD: nobody would read that stream, and nobody end it. */
function acceptsEventStream(c: Context): boolean {
  return c.req.method === 'GET' && /\btext\/event-stream\b/i.test(c.req.header('Accept') ?? '');
}

/** Behind the event that the client saw last; else behind `after`; else at the start. */
async function findStart(c: Context, tail: AuditTail) {
  const lastEventId = c.req.header('Last-Event-ID');
  if (lastEventId) {
    const position = parseEventId(lastEventId);
    if (position) return position;
    throw new RequestError(
      'invalid_header',
      'Last-Event-ID must be the id of an event of this feed',
    );
  }
  const { generation } = await tail.findEnd();
  return { generation, id: readAfter(c) ?? 0 };
}
