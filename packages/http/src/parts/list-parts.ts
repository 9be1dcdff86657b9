import { PART_STATUSES, type PartStatus, type PartsService } from '@parts/core';
import { z } from 'zod';
import { answer, answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { formatListTag, ifNoneMatch } from '../inputs/entity-tag.ts';
import {
  cursor,
  formatCursor,
  limit,
  pageHeaders,
  parseCursor,
  setNextLink,
} from '../inputs/page.ts';
import { DEFAULT_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { listTagHeader } from '../response-headers.ts';
import { createAllPartsAnswer } from './all-parts.ts';
import { part, partStatus } from './schemas.ts';

const statusFilter = {
  schema: partStatus.meta({ description: 'Only parts with this status.', examples: ['Approved'] }),
  read(text: string): PartStatus {
    const { success, data } = partStatus.safeParse(text);
    if (success) return data;
    const allowed = PART_STATUSES.join(', ');
    throw new ProblemError('invalid_parameter', `status must be one of ${allowed}`);
  },
};

const retiredFilter = {
  schema: z.enum(['true', 'false', 'any']).meta({
    description: 'Only parts that were retired, or all. Default: those in use.',
    examples: ['any'],
  }),
  read(text: string): boolean | 'any' {
    if (text === 'any') return text;
    if (text === 'true' || text === 'false') return text === 'true';
    throw new ProblemError('invalid_parameter', 'retired must be true, false or any');
  },
};

export function listParts(parts: PartsService) {
  const answerAllParts = createAllPartsAnswer(parts);
  return endpoint({
    method: 'get',
    path: '/v1/parts',
    operationId: 'listParts',
    tag: 'Parts',
    summary: 'List parts',
    query: { status: statusFilter, retired: retiredFilter, limit, cursor },
    headers: { 'If-None-Match': ifNoneMatch },
    answers: {
      200: json('Parts in the order of their ids', z.array(part), {
        ...pageHeaders,
        ETag: listTagHeader.optional(),
      }),
      304: { description: 'No part has changed', headers: { ETag: listTagHeader } },
    },
    problems: ['lists_exhausted', ...READ_PROBLEMS],
    async handler(c, { query: { status, retired, cursor, ...query }, headers }) {
      const list = `parts ${status ?? ''} ${retired ?? ''}`;
      const after = parseCursor(list, cursor);
      const isKnown = headers['If-None-Match'];
      if (isKnown) {
        const ETag = formatListTag(await parts.findPosition());
        if (isKnown(ETag)) return answer(c, 304, null, { ETag });
      }
      if (query.limit === undefined && after === undefined)
        return answerAllParts(c, { status, retired });
      const { limit = DEFAULT_LIMIT } = query;
      const { items, next, position } = await parts.listParts({ status, retired, after, limit });
      setNextLink(c, next, (next) => ({
        limit,
        status,
        retired: retired?.toString(),
        cursor: formatCursor(list, next),
      }));
      return answerJson(c, items, { ETag: formatListTag(position) });
    },
  });
}
