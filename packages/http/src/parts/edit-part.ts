import type { PartsService } from '@parts/core';
import { answerJson, setHeader } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { formatEntityTag, ifMatch } from '../inputs/entity-tag.ts';
import { idempotencyKey } from '../inputs/idempotency-key.ts';
import { etagHeader, replayedHeader } from '../response-headers.ts';
import { changeContext } from './change-context.ts';
import { partId } from './part-id.ts';
import { edit, part } from './schemas.ts';

/** @param body before it is validated */
const neededRole = (body: unknown) =>
  typeof body === 'object' && body !== null && 'retired' in body ? 'approver' : 'editor';

export const editPart = (parts: PartsService) =>
  endpoint({
    method: 'patch',
    path: '/v1/parts/:id',
    operationId: 'editPart',
    tag: 'Parts',
    summary: 'Edit a part, retire it or restore it',
    description:
      'An edit ends the approval: the part is a draft again. What differs in nothing is no change. `retired` hides a part from lists and keeps it from changes, until it is `false` again; it needs the role `approver`.',
    role: 'editor',
    params: { id: partId },
    headers: { 'If-Match': ifMatch, 'Idempotency-Key': idempotencyKey },
    body: { schema: edit },
    answers: {
      200: json('The part as the change left it', part, {
        ETag: etagHeader,
        'Idempotent-Replayed': replayedHeader,
      }),
    },
    problems: [
      'invalid_part',
      'invalid_header',
      'cancelled',
      'part_not_found',
      'part_number_taken',
      'part_retired',
      'version_conflict',
      'idempotency_key_reused',
    ],
    async handler(c, { params, headers, body }) {
      const context = changeContext(c, neededRole(body), headers);
      const { part, replayed } = await parts.editPart(params.id, body, context);
      if (replayed) setHeader(c, 'Idempotent-Replayed', 'true');
      return answerJson(c, part, { ETag: formatEntityTag(part.version) });
    },
  });
