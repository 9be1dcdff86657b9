import type { PartsService } from '@parts/core';
import { answer, answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { formatEntityTag, ifNoneMatch } from '../inputs/entity-tag.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { etagHeader } from '../response-headers.ts';
import { partId } from './part-id.ts';
import { part } from './schemas.ts';

export const getPart = (parts: PartsService) =>
  endpoint({
    method: 'get',
    path: '/v1/parts/:id',
    operationId: 'getPart',
    tag: 'Parts',
    summary: 'Read a part',
    params: { id: partId },
    headers: { 'If-None-Match': ifNoneMatch },
    answers: {
      200: json('The part', part, { ETag: etagHeader }),
      304: {
        description: 'The part has one of these versions still',
        headers: { ETag: etagHeader },
      },
    },
    problems: ['part_not_found', ...READ_PROBLEMS],
    async handler(c, { params, headers }) {
      const part = await parts.getPart(params.id);
      const ETag = formatEntityTag(part.version);
      return headers['If-None-Match']?.(ETag)
        ? answer(c, 304, null, { ETag })
        : answerJson(c, part, { ETag });
    },
  });
