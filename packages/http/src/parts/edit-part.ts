import type { PartsService } from '@parts/core';
import { endpoint } from '../endpoint/endpoint.ts';
import { neededRole } from '../identity/needed-role.ts';
import { changeContext } from './change-context.ts';
import { answerChange, changedPart, changeHeaders } from './changed-part.ts';
import { partId } from './part-id.ts';
import { edit } from './schemas.ts';

/** @param body before it is validated */
const roleFor = (body: unknown) =>
  neededRole(typeof body === 'object' && body !== null && 'retired' in body ? 'retire' : 'edit');

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
    headers: changeHeaders,
    body: { schema: edit },
    answers: { 200: changedPart },
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
      const context = changeContext(c, roleFor(body), headers);
      return answerChange(c, await parts.editPart(params.id, body, context));
    },
  });
