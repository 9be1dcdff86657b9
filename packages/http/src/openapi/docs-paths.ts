import type { PathTable } from './operation.ts';

export const docsPaths: PathTable = {
  '/docs': {
    get: {
      operationId: 'getDocsPage',
      tag: 'Service',
      summary: 'Open a page to read and try the API',
      answers: {
        200: {
          description: 'The page',
          headers: ['Content-Security-Policy'],
          content: { 'text/html': { schema: { type: 'string' } } },
        },
      },
    },
  },
  '/docs/{file}': {
    get: {
      operationId: 'getDocsFile',
      tag: 'Service',
      summary: 'Load a file of that page',
      parameters: ['file'],
      answers: {
        200: {
          description: 'The file',
          content: {
            'text/css': { schema: { type: 'string' } },
            'text/javascript': { schema: { type: 'string' } },
          },
        },
      },
      problems: ['route_not_found'],
    },
  },
};
