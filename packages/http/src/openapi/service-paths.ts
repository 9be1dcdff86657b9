import { z } from 'zod';
import { json } from './answer.ts';
import type { PathTable } from './operation.ts';
import { inlineSchema } from './schemas.ts';

const health = z.object({ status: z.literal('ok') });
const links = z.object({ docs: z.string(), openapi: z.string(), health: z.string() });

const EXAMPLE_LINKS = { docs: '/docs', openapi: '/openapi.json', health: '/healthz' };

export const servicePaths: PathTable = {
  '/': {
    get: {
      operationId: 'getLinks',
      tag: 'Service',
      summary: 'Find the way',
      answers: {
        200: { description: 'Where to go on', content: json(inlineSchema(links), EXAMPLE_LINKS) },
      },
    },
  },
  '/healthz': {
    get: {
      operationId: 'getHealth',
      tag: 'Service',
      summary: 'Ask whether the service answers',
      answers: {
        200: { description: 'It does', content: json(inlineSchema(health), { status: 'ok' }) },
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'getApiDocument',
      tag: 'Service',
      summary: 'Read this document',
      answers: {
        200: {
          description: 'This document',
          content: json({ type: 'object' }, { openapi: '3.1.1' }),
        },
      },
    },
  },
  '/docs': {
    get: {
      operationId: 'getDocsPage',
      tag: 'Service',
      summary: 'Open a page to read and try the API',
      answers: {
        200: {
          description: 'The page',
          headers: ['Cache-Control', 'Content-Security-Policy'],
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
          headers: ['Cache-Control'],
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
