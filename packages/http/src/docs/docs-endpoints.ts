import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { answer } from '../answer.ts';
import { endpoint } from '../endpoint/endpoint.ts';
import { text } from '../inputs/text.ts';
import { loadOnce } from '../load-once.ts';
import { ProblemError } from '../problem/problem-error.ts';

/** Its links are relative, so that it works behind a path prefix as well. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parts service</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
`;

/** A file of its own, since the policy of the page forbids scripts within it. */
const START_SCRIPT = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#page',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** Nothing from elsewhere, and no script but files of ours. The icons in the styles are data URLs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A day. The files change with a release only, and one of yesterday still works. */
const FILE_CACHE_CONTROL = 'public, max-age=86400';

const securityPolicyHeader = z.string().meta({
  description: 'Keeps the page from loading anything from elsewhere.',
  examples: ["default-src 'none'; script-src 'self'"],
});

/** A page to read and try the API. @param directory of the package swagger-ui-dist */
export function docsEndpoints(directory: string) {
  const files = new Map([
    ['swagger-ui.css', { type: 'text/css', read: loadFile('swagger-ui.css') }],
    ['swagger-ui-bundle.js', { type: 'text/javascript', read: loadFile('swagger-ui-bundle.js') }],
    ['start.js', { type: 'text/javascript', read: async () => Buffer.from(START_SCRIPT) }],
  ]);

  /** As bytes: a string would be encoded anew for every answer that waits for its client. */
  function loadFile(name: string): () => Promise<Buffer<ArrayBuffer>> {
    return loadOnce(() => readFile(join(directory, name)));
  }

  return [
    endpoint({
      method: 'get',
      path: '/docs',
      operationId: 'getDocsPage',
      tag: 'Service',
      summary: 'Open a page to read and try the API',
      answers: {
        200: {
          description: 'The page',
          headers: { 'Content-Security-Policy': securityPolicyHeader },
          content: { 'text/html': { schema: z.string() } },
        },
      },
      handler: (c) =>
        answer(c, 200, PAGE, {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        }),
    }),
    endpoint({
      method: 'get',
      path: '/docs/:file',
      operationId: 'getDocsFile',
      tag: 'Service',
      summary: 'Load a file of that page',
      params: { file: text('Name of a file.', 'swagger-ui.css') },
      answers: {
        200: {
          description: 'The file',
          content: {
            'text/css': { schema: z.string() },
            'text/javascript': { schema: z.string() },
          },
        },
      },
      problems: ['route_not_found'],
      async handler(c, { params }) {
        const file = files.get(params.file);
        if (!file) throw new ProblemError('route_not_found');
        return answer(c, 200, await file.read(), {
          'Content-Type': `${file.type}; charset=utf-8`,
          'Cache-Control': FILE_CACHE_CONTROL,
        });
      },
    }),
  ];
}
