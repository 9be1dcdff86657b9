import { accepts } from 'hono/accepts';
import { z } from 'zod';
import { answer, answerJson } from '../answer.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { publicPath } from '../inputs/forwarded-prefix.ts';
import { loadOnce } from '../load-once.ts';
import type { ApiMiddleware } from '../middleware/api-middleware.ts';

const links = z.object({ docs: z.string().optional(), openapi: z.string(), health: z.string() });

const varyHeader = z.literal('Accept').meta({ description: 'The answer depends on this header.' });

const boardLocation = z
  .literal('board')
  .meta({ description: 'The page on which people review parts, relative to this URL.' });

/** The API document, and the way to it. @param others all that the document has beside these two */
export function documentEndpoints(
  others: readonly Endpoint[],
  middlewares: readonly ApiMiddleware[],
) {
  /** Loaded and built at the first request, to keep both out of the start. */
  const readDocument = loadOnce(async (): Promise<Buffer<ArrayBuffer>> => {
    const { buildDocument } = await import('./document.ts');
    return Buffer.from(buildDocument([...others, ...own], middlewares));
  });
  const hasDocs = others.some(({ path }) => path === '/docs');

  const own = [
    endpoint({
      method: 'get',
      path: '/',
      operationId: 'getLinks',
      tag: 'Service',
      summary: 'Find the way',
      description: 'Browsers, which prefer `text/html`, are sent to the page for people.',
      answers: {
        200: json('Where to go on', links, { Vary: varyHeader }),
        303: {
          description: 'The page for people',
          headers: { Location: boardLocation, Vary: varyHeader },
        },
      },
      handler(c) {
        const supports = ['application/json', 'text/html'];
        const type = accepts(c, { header: 'Accept', supports, default: 'application/json' });
        if (type === 'text/html')
          return answer(c, 303, null, { Location: 'board', Vary: 'Accept' });
        const found = {
          ...(hasDocs && { docs: publicPath(c, '/docs') }),
          openapi: publicPath(c, '/openapi.json'),
          health: publicPath(c, '/healthz'),
        };
        return answerJson(c, found, { Vary: 'Accept' });
      },
    }),
    endpoint({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getApiDocument',
      tag: 'Service',
      summary: 'Read this document',
      answers: { 200: json('This document', z.looseObject({ openapi: z.string() })) },
      handler: async (c) =>
        answer(c, 200, await readDocument(), { 'Content-Type': 'application/json' }),
    }),
  ];
  return own;
}
