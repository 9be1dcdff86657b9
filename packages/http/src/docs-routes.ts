import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { answer } from './answer.ts';
import type { AppEnvironment } from './environment.ts';
import { loadOnce } from './load-once.ts';
import { answerProblem } from './problem.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Parts service</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

/** A file of its own, since the policy of the page forbids scripts within it. */
const START_SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
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

/** A page to read and try the API. @param directory of the package swagger-ui-dist */
export function docsRoutes(directory: string) {
  const files = new Map([
    ['swagger-ui.css', { type: 'text/css', read: loadFile('swagger-ui.css') }],
    ['swagger-ui-bundle.js', { type: 'text/javascript', read: loadFile('swagger-ui-bundle.js') }],
    ['start.js', { type: 'text/javascript', read: async () => Buffer.from(START_SCRIPT) }],
  ]);

  /** As bytes: a string would be encoded anew for every answer that waits for its client. */
  function loadFile(name: string): () => Promise<Buffer<ArrayBuffer>> {
    return loadOnce(() => readFile(join(directory, name)));
  }

  return new Hono<AppEnvironment>()
    .get('/', (c) =>
      answer(c, 200, PAGE, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      }),
    )
    .get('/:file', async (c) => {
      const file = files.get(c.req.param('file'));
      if (!file) return answerProblem(c, 'route_not_found', 'no route has this path');
      return answer(c, 200, await file.read(), {
        'Content-Type': `${file.type}; charset=utf-8`,
        'Cache-Control': FILE_CACHE_CONTROL,
      });
    });
}
