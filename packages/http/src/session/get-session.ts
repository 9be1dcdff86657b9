import { APPROVAL_RULES, REASONED_CHANGES, type Rules } from '@parts/core';
import { z } from 'zod';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { ROLES } from '../identity/role.ts';

const session = z
  .object({
    name: z.string().nullable(),
    role: z.enum(ROLES),
    approval: z.enum(APPROVAL_RULES),
    reason_required: z.array(z.enum(REASONED_CHANGES)),
  })
  .register(z.globalRegistry, {
    id: 'Session',
    description:
      '`name` is null where tokens have no names. `approval` and `reason_required` are the rules of the service.',
    examples: [
      { name: 'ada', role: 'approver', approval: 'four-eyes', reason_required: ['Rejected'] },
    ],
  });

/** Tells a client, such as a page for people, who its user is here and which rules hold. */
export const getSession = ({ approval, reasonRequired }: Rules) =>
  endpoint({
    method: 'get',
    path: '/v1/session',
    operationId: 'getSession',
    tag: 'Session',
    summary: 'Ask whose token this is and what it allows',
    answers: { 200: json('The session', session) },
    handler(c) {
      const { name, role } = c.get('caller').identity;
      return answerJson(c, { name, role, approval, reason_required: reasonRequired });
    },
  });
