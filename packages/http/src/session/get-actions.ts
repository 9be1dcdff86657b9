import type { PartsService } from '@parts/core';
import { z } from 'zod';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { findRoleRefusal } from '../endpoint/require-role.ts';
import { ACTIONS, type Action, neededRole } from '../identity/needed-role.ts';
import type { Role } from '../identity/role.ts';
import { partId } from '../parts/part-id.ts';
import { part } from '../parts/schemas.ts';
import { problemSchema } from '../problem/problem-details.ts';
import { PROBLEMS, type ProblemCode, READ_PROBLEMS } from '../problem/problems.ts';

const refusal = problemSchema
  .pick({ code: true, title: true, detail: true })
  .nullable()
  .describe('The problem that the action would be refused with; null when it would be done.');

const actionName = z.enum(ACTIONS).describe('A status that can be set, or what else can be done.');

const roleAction = z.object({ action: actionName, refusal }).register(z.globalRegistry, {
  id: 'RoleAction',
  examples: [{ action: 'create', refusal: null }],
});

const partAction = z
  .object({ action: actionName, refusal, reason_required: z.boolean() })
  .register(z.globalRegistry, {
    id: 'PartAction',
    description:
      'What would change nothing, such as to restore a part that is in use, is left out.',
    examples: [{ action: 'edit', refusal: null, reason_required: false }],
  });

/** Tells what the role of a token allows, whatever the part. */
export const getRoleActions = () =>
  endpoint({
    method: 'get',
    path: '/v1/session/actions',
    operationId: 'listRoleActions',
    tag: 'Session',
    summary: 'Ask what the role of this token allows',
    answers: { 200: json('All actions', z.array(roleAction)) },
    handler(c) {
      const { role } = c.get('caller').identity;
      const actions = ACTIONS.map((action) => ({ action, refusal: refuseByRole(role, action) }));
      return answerJson(c, actions);
    },
  });

/** Tells what a caller may do with a part, by the decisions that a change of it would meet. */
export const getPartActions = (parts: PartsService) =>
  endpoint({
    method: 'get',
    path: '/v1/parts/:id/actions',
    operationId: 'listPartActions',
    tag: 'Parts',
    summary: 'Read a part with what this token may do with it',
    description:
      'A change that comes later is decided anew: send the version of this answer as `If-Match`.',
    params: { id: partId },
    answers: {
      200: json(
        'The part, and what would become of each action',
        z.object({ part, actions: z.array(partAction) }),
      ),
    },
    problems: ['part_not_found', ...READ_PROBLEMS],
    async handler(c, { params }) {
      const { name, role } = c.get('caller').identity;
      const { part, outlooks } = await parts.foreseeActions(params.id, name);
      const actions = outlooks.map(({ action, refusal, isReasonRequired: reason_required }) => ({
        action,
        refusal: refuseByRole(role, action) ?? (refusal && describe(refusal)),
        reason_required,
      }));
      return answerJson(c, { part, actions });
    },
  });

function refuseByRole(role: Role, action: Action) {
  const refusal = findRoleRefusal(role, neededRole(action));
  return refusal ? describe(refusal) : null;
}

const describe = ({ code, message: detail }: { code: ProblemCode; message: string }) => ({
  code,
  title: PROBLEMS[code].title,
  detail,
});
