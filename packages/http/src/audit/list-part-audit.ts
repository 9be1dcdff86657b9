import type { PartsService } from '@parts/core';
import { z } from 'zod';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import {
  cursor,
  formatCursor,
  limit,
  pageHeaders,
  parseCursor,
  setNextLink,
} from '../inputs/page.ts';
import { DEFAULT_LIMIT } from '../limits.ts';
import { partId } from '../parts/part-id.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { auditEntry } from './schemas.ts';

export const listPartAudit = (parts: PartsService) =>
  endpoint({
    method: 'get',
    path: '/v1/parts/:id/audit',
    operationId: 'listPartAudit',
    tag: 'Audit',
    summary: 'List the status changes of a part',
    params: { id: partId },
    query: { limit, cursor },
    answers: { 200: json('Audit entries, newest first', z.array(auditEntry), pageHeaders) },
    problems: ['part_not_found', ...READ_PROBLEMS],
    async handler(c, { params: { id }, query: { limit = DEFAULT_LIMIT, cursor } }) {
      const list = `part-audit ${id}`;
      const after = parseCursor(list, cursor);
      const { items, next } = await parts.listPartAudit(id, { after, limit });
      setNextLink(c, next, (next) => ({ limit, cursor: formatCursor(list, next) }));
      return answerJson(c, items);
    },
  });
