import type { PartsService } from '@parts/core';
import { partSchema } from '@parts/core';
import { answerJson } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { parseDecimal } from '../inputs/decimal.ts';
import { READ_PROBLEMS } from '../problem/problems.ts';
import { partId } from './part-id.ts';
import { part } from './schemas.ts';

const version = {
  schema: partSchema.shape.version.meta({ description: 'A version of the part.', examples: [1] }),
  read: parseDecimal,
};

export const getVersion = (parts: PartsService) =>
  endpoint({
    method: 'get',
    path: '/v1/parts/:id/versions/:version',
    operationId: 'getPartVersion',
    tag: 'Parts',
    summary: 'Read a part as it was in a version',
    params: { id: partId, version },
    answers: { 200: json('The part as it was', part) },
    problems: ['part_not_found', ...READ_PROBLEMS],
    handler: async (c, { params }) =>
      answerJson(c, await parts.getVersion(params.id, params.version)),
  });
