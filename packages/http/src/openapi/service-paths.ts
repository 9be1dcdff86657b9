import { z } from 'zod';
import { json } from './answer.ts';
import { type PathTable, WRITE_PROBLEMS } from './operation.ts';
import { inlineSchema } from './schemas.ts';

const health = z.object({ status: z.literal('ok') });
const links = z.object({ docs: z.string().optional(), openapi: z.string(), health: z.string() });

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
  '/readyz': {
    get: {
      operationId: 'getReadiness',
      tag: 'Service',
      summary: 'Ask whether a change could be stored now',
      answers: {
        200: { description: 'It could', content: json(inlineSchema(health), { status: 'ok' }) },
      },
      problems: WRITE_PROBLEMS,
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
};
