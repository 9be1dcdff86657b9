import type { PartsService } from '@parts/core';
import { z } from 'zod';
import { answerJson, setHeader } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { formatEntityTag, ifMatch } from '../inputs/entity-tag.ts';
import { idempotencyKey } from '../inputs/idempotency-key.ts';
import { etagHeader } from '../response-headers.ts';
import { partId } from './part-id.ts';
import { part, statusChange } from './schemas.ts';

const replayedHeader = z.literal('true').optional().meta({
  description: 'The change had been made before under its key; this is the answer of then.',
});

export const changeStatus = (parts: PartsService) =>
  endpoint({
    method: 'patch',
    path: '/v1/parts/:id/status',
    operationId: 'changeStatus',
    tag: 'Parts',
    summary: 'Change the status of a part',
    description:
      'The change and its audit entry are stored together or not at all. Any status may follow any other, and itself: each request adds an entry. The body is read as JSON in UTF-8 whatever type `Content-Type` names.',
    params: { id: partId },
    headers: { 'If-Match': ifMatch, 'Idempotency-Key': idempotencyKey },
    body: { schema: statusChange },
    answers: {
      200: json('The part as the change left it', part, {
        ETag: etagHeader,
        'Idempotent-Replayed': replayedHeader,
      }),
    },
    problems: [
      'invalid_status_change',
      'invalid_header',
      'cancelled',
      'part_not_found',
      'part_retired',
      'not_in_review',
      'self_approval',
      'version_conflict',
      'idempotency_key_reused',
    ],
    async handler(c, { params, headers, body }) {
      const { part, replayed } = await parts.changeStatus(params.id, body, {
        requestId: c.get('requestId'),
        signal: c.req.raw.signal,
        expectedVersions: headers['If-Match'],
        idempotencyKey: headers['Idempotency-Key'],
      });
      if (replayed) setHeader(c, 'Idempotent-Replayed', 'true');
      return answerJson(c, part, { ETag: formatEntityTag(part.version) });
    },
  });
