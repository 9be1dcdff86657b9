import type { PartsService } from '@parts/core';
import { z } from 'zod';
import { answer, answerJson } from '../answer.ts';
import { answerCsv, CSV_TYPE, csvContent, dispositionHeader, encodeCsv } from '../csv/write-csv.ts';
import { endpoint } from '../endpoint/endpoint.ts';
import { acceptedType } from '../inputs/accepted-type.ts';
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
import { READ_PROBLEMS } from '../problem/problems.ts';
import { listTagHeader } from '../response-headers.ts';
import { startStream } from '../start-stream.ts';
import { createAllPartsAnswer, PART_COLUMNS } from './all-parts.ts';
import { partsFilter } from './filter-inputs.ts';
import { part } from './schemas.ts';

export function listParts(parts: PartsService) {
  const answerAll = createAllPartsAnswer(parts);
  return endpoint({
    method: 'get',
    path: '/v1/parts',
    operationId: 'listParts',
    tag: 'Parts',
    summary: 'List parts',
    query: { ...partsFilter, limit, cursor },
    headers: { 'If-None-Match': ifNoneMatch },
    answers: {
      200: {
        description: 'Parts in the order of their ids; with `Accept: text/csv` as a file',
        headers: {
          ...pageHeaders,
          ETag: listTagHeader.optional(),
          'Content-Disposition': dispositionHeader,
        },
        content: { 'application/json': { schema: z.array(part) }, ...csvContent },
      },
      304: { description: 'No part has changed', headers: { ETag: listTagHeader } },
    },
    problems: ['lists_exhausted', ...READ_PROBLEMS],
    async handler(c, { query: { limit, cursor, q, part_number, ...query }, headers }) {
      const filter = { ...query, words: q, partNumbers: part_number };
      const list = `parts ${JSON.stringify(filter)}`;
      const after = parseCursor(list, cursor);
      const isWhole = limit === undefined && after === undefined && !q && !part_number;
      const isCsv = acceptedType(c, ['application/json', CSV_TYPE]) === CSV_TYPE;
      const isKnown = isCsv ? undefined : headers['If-None-Match'];
      if (isKnown) {
        const ETag = formatListTag(await parts.findPosition());
        if (isKnown(ETag)) return answer(c, 304, null, { ETag });
      }
      if (isWhole) return isCsv ? answerAll.asCsv(c, query) : answerAll.asJson(c, query);
      const page = await parts.listParts({ ...filter, after, limit: limit ?? DEFAULT_LIMIT });
      setNextLink(c, page.next, (next) => ({
        limit: limit ?? DEFAULT_LIMIT,
        ...query,
        q: q?.join(' '),
        part_number,
        cursor: formatCursor(list, next),
      }));
      if (isCsv)
        return answerCsv(c, 'parts', await startStream(encodeCsv(PART_COLUMNS, [page.items])));
      return answerJson(c, page.items, { ETag: formatListTag(page.position) });
    },
  });
}
