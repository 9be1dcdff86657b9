import type { Writable } from 'node:stream';
import type { AuditLog, PartsService } from '@parts/core';
import { accepts } from 'hono/accepts';
import { z } from 'zod';
import { answer, answerJson } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { endpoint } from '../endpoint/endpoint.ts';
import { parseDecimal } from '../inputs/decimal.ts';
import { limit, pageHeaders, setNextLink } from '../inputs/page.ts';
import { text } from '../inputs/text.ts';
import { DEFAULT_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import type { AuditFeeds } from './audit-feed.ts';
import { auditFilter } from './filter-inputs.ts';
import { auditEntry, EXAMPLE_ENTRY } from './schemas.ts';
import { parseEventId } from './server-sent-events.ts';

const JSON_TYPE = 'application/json';
const EVENT_STREAM = 'text/event-stream';

const after = {
  schema: z.union([z.int().min(0), z.literal('end')]).meta({
    description: 'Only entries with a greater id; `end` stands for the last one there is.',
    examples: [0],
  }),
  read(text: string): number | 'end' {
    if (text === 'end') return text;
    const id = parseDecimal(text);
    if (id >= 0) return id;
    throw new ProblemError('invalid_parameter', 'after must be the id of an audit entry, 0 or end');
  },
};

/** It counts for a feed only, so it is checked there. */
const lastEventId = text(
  'The `id` of the last event that was seen: the live feed goes on behind it.',
  '5b1c7f20-41',
);

const eventStream = z.string().meta({
  examples: [`id: 5b1c7f20-1\nevent: status_changed\ndata: ${JSON.stringify(EXAMPLE_ENTRY)}\n\n`],
});

const bufferingHeader = z.literal('no').optional().meta({
  description: 'Of a live feed: a proxy must not hold it back.',
});

export interface ListAuditOptions {
  readonly parts: PartsService;
  readonly audit: Pick<AuditLog, 'findEnd'>;
  readonly feeds: AuditFeeds;
  readonly onFeed: ((response: Writable) => void) | undefined;
}

/** The audit as pages, or as a live feed for clients that prefer `text/event-stream`. */
export const listAudit = ({ parts, audit, feeds, onFeed }: ListAuditOptions) =>
  endpoint({
    method: 'get',
    path: '/v1/audit',
    operationId: 'listAudit',
    tag: 'Audit',
    summary: 'List or follow the status changes of all parts',
    description: [
      'Pages in the order of the ids, oldest first. With `Accept: text/event-stream` the answer is a live feed of',
      'server-sent events instead: all entries behind `Last-Event-ID` or `after`, then each new one as soon as it',
      'is committed. The data of an event `status_changed` is an `AuditEntry`. An event `reset` says that all',
      'parts are back in their first state and ids begin anew.',
    ].join(' '),
    query: { after, limit, ...auditFilter },
    headers: { 'Last-Event-ID': lastEventId },
    answers: {
      200: {
        description: 'Audit entries, oldest first',
        headers: { ...pageHeaders, 'X-Accel-Buffering': bufferingHeader },
        content: {
          [JSON_TYPE]: { schema: z.array(auditEntry) },
          [EVENT_STREAM]: { schema: eventStream },
        },
      },
    },
    problems: ['invalid_header', 'feeds_exhausted', ...READ_PROBLEMS],
    async handler(c, { query: { after, limit = DEFAULT_LIMIT, ...filter }, headers }) {
      if (acceptsEventStream(c)) {
        refuseFilter(filter);
        const start = await findStart(audit, headers['Last-Event-ID'], after);
        const caller = c.get('caller');
        const stream = feeds.open(start, () => caller.findIdentity() !== undefined);
        if (!stream) throw new ProblemError('feeds_exhausted');
        if (c.env?.outgoing) onFeed?.(c.env.outgoing);
        return answer(c, 200, stream, {
          'Content-Type': EVENT_STREAM,
          'Cache-Control': 'no-store',
          // nginx would keep a feed to itself until it has a buffer full.
          'X-Accel-Buffering': 'no',
        });
      }
      const from = after === 'end' ? (await audit.findEnd()).id : after;
      const { items, next } = await parts.listAudit({ after: from, limit, ...filter });
      setNextLink(c, next, (next) => ({ limit, ...filter, after: next }));
      return answerJson(c, items);
    },
  });

/** A feed that left entries out would look like one that has them all. */
function refuseFilter(filter: object): void {
  const [name] = Object.keys(filter);
  if (name === undefined) return;
  throw new ProblemError('invalid_parameter', `${name} is for pages; a live feed has all entries`);
}

/** Not true for HEAD: its answer has no body, so the stream would never be read or ended. */
function acceptsEventStream(c: AppContext): boolean {
  if (c.req.method !== 'GET') return false;
  const supports = [JSON_TYPE, EVENT_STREAM];
  return accepts(c, { header: 'Accept', supports, default: JSON_TYPE }) === EVENT_STREAM;
}

/** Behind the event that the client saw last; else behind `after`; else at the start. */
async function findStart(
  audit: Pick<AuditLog, 'findEnd'>,
  lastEventId: string | undefined,
  after: number | 'end' = 0,
) {
  // Also when the client sends a position: a storage that fails is a 503, not a feed that breaks off.
  const end = await audit.findEnd();
  if (!lastEventId) return after === 'end' ? end : { ...end, id: after };
  const position = parseEventId(lastEventId);
  if (position) return position;
  throw new ProblemError('invalid_header', 'Last-Event-ID must be the id of an event of this feed');
}
