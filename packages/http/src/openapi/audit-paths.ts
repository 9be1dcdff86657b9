import { EXAMPLE_AUDIT_ENTRY } from './examples.ts';
import { type PathTable, STORAGE_PROBLEMS } from './operation.ts';
import { arrayOf } from './schemas.ts';

const EXAMPLE_EVENT = `id: 5b1c7f20-1\nevent: status_changed\ndata: ${JSON.stringify(EXAMPLE_AUDIT_ENTRY)}\n\n`;

export const auditPaths: PathTable = {
  '/v1/audit': {
    get: {
      operationId: 'listAudit',
      tag: 'Audit',
      summary: 'List or follow the status changes of all parts',
      description: [
        'Pages in the order of the ids, oldest first. With `Accept: text/event-stream` the answer is a live feed of',
        'server-sent events instead: all entries behind `Last-Event-ID` or `after`, then each new one as soon as it',
        'is committed. The data of an event `status_changed` is an `AuditEntry`. An event `reset` says that all',
        'parts are back in their first state and ids begin anew.',
      ].join(' '),
      parameters: ['after', 'limit', 'lastEventId'],
      answers: {
        200: {
          description: 'Audit entries, oldest first',
          headers: ['Link', 'X-Accel-Buffering'],
          content: {
            'application/json': { schema: arrayOf('AuditEntry'), example: [EXAMPLE_AUDIT_ENTRY] },
            'text/event-stream': { schema: { type: 'string' }, example: EXAMPLE_EVENT },
          },
        },
      },
      problems: ['invalid_parameter', 'invalid_header', 'feeds_exhausted', ...STORAGE_PROBLEMS],
    },
  },
};
