import { PART_STATUSES, type PartsService } from '@parts/core';
import { endpoint } from '../endpoint/endpoint.ts';
import { neededRole } from '../identity/needed-role.ts';
import type { Role } from '../identity/role.ts';
import { changeContext } from './change-context.ts';
import { answerChange, changedPart, changeHeaders } from './changed-part.ts';
import { partId } from './part-id.ts';
import { statusChange } from './schemas.ts';

/** @param body before it is validated: what is no status is for core to refuse */
function roleFor(body: unknown): Role {
  const isObject = typeof body === 'object' && body !== null && 'status' in body;
  const status = isObject ? PART_STATUSES.find((each) => each === body.status) : undefined;
  return status ? neededRole(status) : 'editor';
}

export const changeStatus = (parts: PartsService) =>
  endpoint({
    method: 'patch',
    path: '/v1/parts/:id/status',
    operationId: 'changeStatus',
    tag: 'Parts',
    summary: 'Change the status of a part',
    description:
      'The change and its audit entry are stored together or not at all. Any status may follow any other, and itself: each request adds an entry. A role of `editor` is enough for Draft and In Review; all else needs `approver`. The body is read as JSON in UTF-8 whatever type `Content-Type` names.',
    role: 'editor',
    params: { id: partId },
    headers: changeHeaders,
    body: { schema: statusChange },
    answers: { 200: changedPart },
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
      const context = changeContext(c, roleFor(body), headers);
      return answerChange(c, await parts.changeStatus(params.id, body, context));
    },
  });
