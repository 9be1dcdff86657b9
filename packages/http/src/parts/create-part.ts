import type { PartsService } from '@parts/core';
import { z } from 'zod';
import { answer } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { neededRole } from '../identity/needed-role.ts';
import { formatEntityTag } from '../inputs/entity-tag.ts';
import { publicPath } from '../inputs/forwarded-prefix.ts';
import { etagHeader } from '../response-headers.ts';
import { changeContext } from './change-context.ts';
import { creation, part } from './schemas.ts';

const locationHeader = z.string().meta({
  description: 'Where the part is.',
  examples: ['/v1/parts/13'],
});

export const createPart = (parts: PartsService) =>
  endpoint({
    method: 'post',
    path: '/v1/parts',
    operationId: 'createPart',
    tag: 'Parts',
    summary: 'Create a part',
    description:
      'The part is a draft in version 1. With `part_number_prefix` instead of `part_number` the next number behind the prefix is chosen. The number makes a retry safe: a second request is a 409 with the `part_id` of the first.',
    role: 'editor',
    body: { schema: creation },
    answers: {
      201: json('The new part', part, { ETag: etagHeader, Location: locationHeader }),
    },
    problems: ['invalid_part', 'cancelled', 'part_number_taken'],
    async handler(c, { body }) {
      const part = await parts.createPart(body, changeContext(c, neededRole('create')));
      return answer(c, 201, JSON.stringify(part), {
        'Content-Type': 'application/json',
        ETag: formatEntityTag(part.version),
        Location: publicPath(c, `/v1/parts/${part.id}`),
      });
    },
  });
