import { Hono } from 'hono';
import { answer, answerJson } from './answer.ts';
import type { AppEnvironment } from './environment.ts';
import type { ApiDocumentOptions } from './openapi/document.ts';

/** The API document, and the way to it. */
export function documentRoutes(options: ApiDocumentOptions) {
  let document: Promise<string> | undefined;

  /** Loaded and built at the first request, to keep both out of the start. */
  async function buildDocument(): Promise<string> {
    const { buildApiDocument } = await import('./openapi/document.ts');
    return JSON.stringify(buildApiDocument(options));
  }

  return new Hono<AppEnvironment>()
    .get('/', (c) =>
      answerJson(c, {
        ...(options.withDocs && { docs: '/docs' }),
        openapi: '/openapi.json',
        health: '/healthz',
      }),
    )
    .get('/openapi.json', async (c) => {
      document ??= buildDocument();
      return answer(c, 200, await document, { 'Content-Type': 'application/json' });
    });
}
