import { Hono } from 'hono';
import { answer, answerJson } from './answer.ts';
import type { AppEnvironment } from './environment.ts';
import { loadOnce } from './load-once.ts';
import type { ApiDocumentOptions } from './openapi/document.ts';

/** The API document, and the way to it. */
export function documentRoutes(options: ApiDocumentOptions) {
  /** Loaded and built at the first request, to keep both out of the start. */
  const readDocument = loadOnce(async () => {
    const { buildApiDocument } = await import('./openapi/document.ts');
    return Buffer.from(JSON.stringify(buildApiDocument(options)));
  });

  return new Hono<AppEnvironment>()
    .get('/', (c) =>
      answerJson(c, {
        ...(options.withDocs && { docs: '/docs' }),
        openapi: '/openapi.json',
        health: '/healthz',
      }),
    )
    .get('/openapi.json', async (c) =>
      answer(c, 200, await readDocument(), { 'Content-Type': 'application/json' }),
    );
}
