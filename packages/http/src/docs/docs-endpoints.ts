import { join } from 'node:path';
import { loadFile, pageEndpoints } from '../page/page-endpoints.ts';

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

/** A day. The files change with a release only, and one of yesterday still works. */
const FILE_CACHE_CONTROL = 'public, max-age=86400';

/** A page to read and try the API. @param directory of the package swagger-ui-dist */
export function docsEndpoints(directory: string) {
  const files = new Map([
    ['swagger-ui.css', { type: 'text/css', read: loadFile(join(directory, 'swagger-ui.css')) }],
    [
      'swagger-ui-bundle.js',
      { type: 'text/javascript', read: loadFile(join(directory, 'swagger-ui-bundle.js')) },
    ],
    ['start.js', { type: 'text/javascript', read: async () => Buffer.from(START_SCRIPT) }],
  ]);

  return pageEndpoints({
    path: '/docs',
    name: 'Docs',
    summary: 'Open a page to read and try the API',
    readHtml: async () => PAGE,
    // The icons in the styles are data URLs.
    policy: ["img-src 'self' data:"],
    files,
    exampleFile: 'swagger-ui.css',
    fileHeaders: { 'Cache-Control': FILE_CACHE_CONTROL },
  });
}
