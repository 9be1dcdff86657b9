import type { Maintenance } from '@parts/core';
import { z } from 'zod';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { WRITE_PROBLEMS } from '../problem/problems.ts';

const ok = z.object({ status: z.literal('ok') });

/** What a supervisor asks. It needs no token. */
export const healthEndpoints = (maintenance: Pick<Maintenance, 'checkWritable'>) => [
  endpoint({
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    tag: 'Service',
    summary: 'Ask whether the service answers',
    answers: { 200: json('It does', ok) },
    handler: (c) => answerJson(c, { status: 'ok' }),
  }),
  endpoint({
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    tag: 'Service',
    summary: 'Ask whether a change could be stored now',
    answers: { 200: json('It could', ok) },
    problems: WRITE_PROBLEMS,
    async handler(c) {
      await maintenance.checkWritable();
      return answerJson(c, { status: 'ok' });
    },
  }),
];
