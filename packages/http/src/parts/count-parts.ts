import type { Storage } from '@parts/core';
import { z } from 'zod';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { partStatus } from './schemas.ts';

// A record that demands each status is nothing that a linter of OpenAPI understands.
const counts = z.partialRecord(partStatus, z.int().min(0));

export const countParts = (statistics: Pick<Storage['statistics'], 'countByStatus'>) =>
  endpoint({
    method: 'get',
    path: '/v1/parts/counts',
    operationId: 'countParts',
    tag: 'Parts',
    summary: 'Count the parts in use by status',
    answers: { 200: json('The number of parts by status', counts) },
    problems: [...READ_PROBLEMS],
    handler: async (c) => answerJson(c, await statistics.countByStatus()),
  });
