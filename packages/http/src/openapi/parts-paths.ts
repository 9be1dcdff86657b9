import { json } from './answer.ts';
import { EXAMPLE_AUDIT_ENTRY, EXAMPLE_PART, EXAMPLE_STATUS_CHANGE } from './examples.ts';
import { type PathTable, STORAGE_PROBLEMS } from './operation.ts';
import { arrayOf, refToSchema } from './schemas.ts';

export const partsPaths: PathTable = {
  '/v1/parts': {
    get: {
      operationId: 'listParts',
      tag: 'Parts',
      summary: 'List parts',
      parameters: ['status', 'limit', 'cursor'],
      answers: {
        200: {
          description: 'Parts in the order of their ids',
          headers: ['Link'],
          content: json(arrayOf('Part'), [EXAMPLE_PART]),
        },
      },
      problems: ['invalid_parameter', 'lists_exhausted', ...STORAGE_PROBLEMS],
    },
  },
  '/v1/parts/{id}': {
    get: {
      operationId: 'getPart',
      tag: 'Parts',
      summary: 'Read a part',
      parameters: ['id', 'ifNoneMatch'],
      answers: {
        200: {
          description: 'The part',
          headers: ['ETag'],
          content: json(refToSchema('Part'), EXAMPLE_PART),
        },
        304: { description: 'The part has one of these versions still', headers: ['ETag'] },
      },
      problems: ['part_not_found', ...STORAGE_PROBLEMS],
    },
  },
  '/v1/parts/{id}/status': {
    patch: {
      operationId: 'changeStatus',
      tag: 'Parts',
      summary: 'Change the status of a part',
      description:
        'The change and its audit entry are stored together or not at all. Any status may follow any other, and itself: each request adds an entry. The body is read as JSON in UTF-8 whatever type `Content-Type` names.',
      parameters: ['id', 'ifMatch', 'idempotencyKey'],
      body: json(refToSchema('StatusChange'), EXAMPLE_STATUS_CHANGE),
      answers: {
        200: {
          description: 'The part as the change left it',
          headers: ['ETag', 'Idempotent-Replayed'],
          content: json(refToSchema('Part'), EXAMPLE_PART),
        },
      },
      problems: [
        'malformed_body',
        'invalid_status_change',
        'invalid_header',
        'cancelled',
        'part_not_found',
        'version_conflict',
        'payload_too_large',
        'unsupported_media_type',
        'idempotency_key_reused',
      ],
    },
  },
  '/v1/parts/{id}/audit': {
    get: {
      operationId: 'listPartAudit',
      tag: 'Audit',
      summary: 'List the status changes of a part',
      parameters: ['id', 'limit', 'cursor'],
      answers: {
        200: {
          description: 'Audit entries, newest first',
          headers: ['Link'],
          content: json(arrayOf('AuditEntry'), [EXAMPLE_AUDIT_ENTRY]),
        },
      },
      problems: ['invalid_parameter', 'part_not_found', ...STORAGE_PROBLEMS],
    },
  },
};
