import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type AuditLog, auditEntrySchema, type PartsService } from '@parts/core';
import { z } from 'zod';
import { answer, answerJson } from '../answer.ts';
import { answerCsv, CSV_TYPE, csvContent, dispositionHeader, encodeCsv } from '../csv/write-csv.ts';
import { endpoint } from '../endpoint/endpoint.ts';
import { acceptedType } from '../inputs/accepted-type.ts';
import { parseDecimal } from '../inputs/decimal.ts';
import { limit, pageHeaders, setNextLink } from '../inputs/page.ts';
import { text } from '../inputs/text.ts';
import { DEFAULT_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { startStream } from '../start-stream.ts';
import type { AuditFeeds } from './audit-feed.ts';
import { auditFilter } from './filter-inputs.ts';
import { auditEntry, EXAMPLE_ENTRY } from './schemas.ts';
import { parseEventId } from './server-sent-events.ts';

const JSON_TYPE = 'application/json';
const EVENT_STREAM = 'text/event-stream';

const COLUMNS = Object.keys(auditEntrySchema.shape);
const CSV_BATCH = 500;

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

interface ListAuditOptions {
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
      'is committed. An event is named by the `kind` of its entry, which is its data. An event `reset` says that all',
      'parts are back in their first state and ids begin anew. With `Accept: text/csv` the answer is a file; it has all',
      'entries unless there is a `limit`.',
    ].join(' '),
    query: { after, limit, ...auditFilter },
    headers: { 'Last-Event-ID': lastEventId },
    answers: {
      200: {
        description: 'Audit entries, oldest first',
        headers: {
          ...pageHeaders,
          'X-Accel-Buffering': bufferingHeader,
          'Content-Disposition': dispositionHeader,
        },
        content: {
          [JSON_TYPE]: { schema: z.array(auditEntry) },
          [EVENT_STREAM]: { schema: eventStream },
          ...csvContent,
        },
      },
    },
    problems: ['invalid_header', 'feeds_exhausted', ...READ_PROBLEMS],
    async handler(c, { query: { after, limit, ...filter }, headers }) {
      const type = acceptedType(c, [JSON_TYPE, EVENT_STREAM, CSV_TYPE]);
      // The body of an answer to HEAD, which a feed is, would never be read or ended.
      if (type === EVENT_STREAM && c.req.method === 'GET') {
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
      if (type === CSV_TYPE && limit === undefined) {
        if (c.req.method === 'HEAD') return answerCsv(c, 'audit', null);
        const batches = readBatches(parts, { after: from, ...filter });
        return answerCsv(c, 'audit', await startStream(encodeCsv(COLUMNS, batches)));
      }
      const query = { limit: limit ?? DEFAULT_LIMIT, ...filter };
      const { items, next } = await parts.listAudit({ after: from, ...query });
      setNextLink(c, next, (next) => ({ ...query, after: next }));
      if (type !== CSV_TYPE) return answerJson(c, items);
      return answerCsv(c, 'audit', await startStream(encodeCsv(COLUMNS, [items])));
    },
  });

/** A feed that left entries out would look like one that has them all. */
function refuseFilter(filter: object): void {
  const [name] = Object.keys(filter);
  if (name === undefined) return;
  throw new ProblemError('invalid_parameter', `${name} is for pages; a live feed has all entries`);
}

/** All entries of a choice, in batches between which others are served. */
async function* readBatches(parts: PartsService, query: Parameters<PartsService['listAudit']>[0]) {
  let after = query?.after;
  do {
    const { items, next } = await parts.listAudit({ ...query, after, limit: CSV_BATCH });
    yield items;
    after = next;
    await setImmediate();
  } while (after !== undefined);
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
