import type { Writable } from 'node:stream';
import type { AuditLog, PartsService } from '@parts/core';
import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { answer, answerJson } from './answer.ts';
import { type AuditFeeds, parseEventId } from './audit-feed.ts';
import type { AppEnvironment } from './environment.ts';
import { DEFAULT_LIMIT, readAfter, readLimit, setNextLink } from './page-query.ts';
import { answerProblem } from './problem.ts';
import { RequestError } from './request-error.ts';
import type { ListAuditInput } from './route-inputs.ts';

const EVENT_STREAM = 'text/event-stream';

export interface AuditRoutesOptions {
  readonly parts: PartsService;
  readonly audit: Pick<AuditLog, 'findEnd'>;
  readonly feeds: AuditFeeds;
  readonly onFeed: ((response: Writable) => void) | undefined;
}

/** The routes below `/v1/audit`: as pages, or as a live feed for clients that prefer `text/event-stream`. */
export function auditRoutes({ parts, audit, feeds, onFeed }: AuditRoutesOptions) {
  return new Hono<AppEnvironment>().get(
    '/',
    async (c: Context<AppEnvironment, '/', ListAuditInput>) => {
      if (acceptsEventStream(c)) {
        const stream = feeds.open(await findStart(c, audit));
        if (!stream) return answerProblem(c, 'feeds_exhausted', 'too many feeds are open already');
        if (c.env?.outgoing) onFeed?.(c.env.outgoing);
        return answer(c, 200, stream, {
          'Content-Type': EVENT_STREAM,
          'Cache-Control': 'no-store',
          // nginx would keep a feed to itself until it has a buffer full.
          'X-Accel-Buffering': 'no',
        });
      }
      const limit = readLimit(c) ?? DEFAULT_LIMIT;
      const { items, next } = await parts.listAudit({ after: readAfter(c), limit });
      if (next) setNextLink(c, { limit, after: next });
      return answerJson(c, items);
    },
  );
}

/** Not true for HEAD: its answer has no body, so the stream would never be read or ended. */
function acceptsEventStream(c: Context): boolean {
  if (c.req.method !== 'GET') return false;
  const json = 'application/json';
  const supports = [json, EVENT_STREAM];
  return accepts(c, { header: 'Accept', supports, default: json }) === EVENT_STREAM;
}

/** Behind the event that the client saw last; else behind `after`; else at the start. */
async function findStart(c: Context, audit: Pick<AuditLog, 'findEnd'>) {
  // Also when the client knows its place: a storage that fails is a 503, not a feed that breaks off.
  const { epoch } = await audit.findEnd();
  const lastEventId = c.req.header('Last-Event-ID');
  if (lastEventId) {
    const position = parseEventId(lastEventId);
    if (position) return position;
    throw new RequestError(
      'invalid_header',
      'Last-Event-ID must be the id of an event of this feed',
    );
  }
  return { epoch, id: readAfter(c) ?? 0 };
}
