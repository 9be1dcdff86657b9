import { partSchema } from '@parts/core';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../page-query.ts';
import { SANE_ID } from '../request-id.ts';
import { EXAMPLE_REQUEST_ID } from './examples.ts';
import { inlineSchema, type JsonSchema, refToSchema } from './schemas.ts';

/** Everything that a request may carry beside its body and its token. */
export const parameters = {
  id: inPath('id', 'Id of a part. What can be no id, such as `01`, is a 404.', {
    ...inlineSchema(partSchema.shape.id),
    examples: [2],
  }),
  file: inPath('file', 'Name of a file.', { type: 'string', examples: ['swagger-ui.css'] }),
  status: inQuery('status', 'Only parts with this status.', {
    ...refToSchema('PartStatus'),
    examples: ['Approved'],
  }),
  limit: inQuery(
    'limit',
    `The largest number of items. Left out: all parts; ${DEFAULT_LIMIT} items of other lists, and behind a cursor.`,
    { type: 'integer', minimum: 1, maximum: MAX_LIMIT, examples: [DEFAULT_LIMIT] },
  ),
  cursor: inQuery(
    'cursor',
    'Where the page begins: from the `Link` header of the page before, with the same filter.',
    { type: 'string', examples: ['NS5hZjFkYzU4ZTk0NDM'] },
  ),
  after: inQuery('after', 'Only entries with a greater id.', {
    type: 'integer',
    minimum: 0,
    examples: [0],
  }),
  ifMatch: inHeader(
    'If-Match',
    'Entity tags, or `*`. The change is made only when the part still has one of these versions.',
    { type: 'string', examples: ['"1"'] },
  ),
  ifNoneMatch: inHeader(
    'If-None-Match',
    'Entity tags, or `*`. The answer is a 304 when the part still has one of these versions.',
    { type: 'string', examples: ['"2"'] },
  ),
  idempotencyKey: inHeader(
    'Idempotency-Key',
    'Makes a retry safe: the same key with the same request for the same part brings the first answer again, for 24 hours unless configured otherwise. Up to 255 characters, bare or in double quotes.',
    { type: 'string', examples: ['7f3a4c1e', '"7f3a4c1e"'] },
  ),
  requestId: inHeader(
    'X-Request-Id',
    'Becomes the id of the request. One that does not fit is replaced.',
    { type: 'string', pattern: SANE_ID.source, examples: [EXAMPLE_REQUEST_ID] },
  ),
  lastEventId: inHeader(
    'Last-Event-ID',
    'The `id` of the last event that was seen: the live feed goes on behind it.',
    { type: 'string', examples: ['5b1c7f20-41'] },
  ),
};

export type ParameterName = keyof typeof parameters;

export function refToParameter(name: ParameterName) {
  return { $ref: `#/components/parameters/${name}` };
}

function inPath(name: string, description: string, schema: JsonSchema) {
  return { name, in: 'path', required: true, description, schema };
}

// Examples stand in the schemas: pages to try an API would fill in those of a parameter itself.
function inQuery(name: string, description: string, schema: JsonSchema) {
  return { name, in: 'query', description, schema };
}

function inHeader(name: string, description: string, schema: JsonSchema) {
  return { name, in: 'header', description, schema };
}
