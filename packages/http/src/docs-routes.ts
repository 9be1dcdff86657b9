import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Hono } from 'hono';
import type { AppEnvironment } from './environment.ts';

const require = createRequire(import.meta.url);

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
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** Nothing from elsewhere, and no script that is not a file of ours. Icons in the styles are data URLs. */
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

/** Seconds for which a browser may keep the files of the page: they change with a release only. */
const FILE_LIFETIME = 86_400;

const FILES: ReadonlyMap<string, { readonly type: string; readonly read: () => Promise<string> }> =
  new Map([
    ['swagger-ui.css', { type: 'text/css', read: () => readPackageFile('swagger-ui.css') }],
    [
      'swagger-ui-bundle.js',
      { type: 'text/javascript', read: () => readPackageFile('swagger-ui-bundle.js') },
    ],
    ['start.js', { type: 'text/javascript', read: async () => START }],
  ]);

function readPackageFile(name: string): Promise<string> {
  return readFile(require.resolve(`swagger-ui-dist/${name}`), 'utf8');
}

/** The API document, a page to read and try the API, and the way to both. */
export function docsRoutes(options: { readonly withDebug: boolean }) {
  let document: Promise<string> | undefined;

  /** Loaded and built at the first request, to keep both out of the start. */
  async function buildDocument(): Promise<string> {
    const { buildApiDocument } = await import('./openapi/document.ts');
    return JSON.stringify(buildApiDocument(options));
  }

  return new Hono<AppEnvironment>()
    .get('/', (c) => c.json({ docs: '/docs', openapi: '/openapi.json', health: '/healthz' }))
    .get('/openapi.json', async (c) => {
      document ??= buildDocument();
      return c.body(await document, 200, { 'Content-Type': 'application/json' });
    })
    .get('/docs', (c) =>
      c.html(PAGE, 200, {
        'Cache-Control': 'no-cache',
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      }),
    )
    .get('/docs/:file', async (c) => {
      const file = FILES.get(c.req.param('file'));
      if (!file) return c.notFound();
      return c.body(await file.read(), 200, {
        'Content-Type': `${file.type}; charset=utf-8`,
        'Cache-Control': `public, max-age=${FILE_LIFETIME}`,
      });
    });
}
