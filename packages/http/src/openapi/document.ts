import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { ApiMiddleware } from '../middleware/api-middleware.ts';
import { describeOperation } from './operation.ts';

const TAGS: Readonly<Record<Endpoint['tag'], string>> = {
  Parts: 'Parts and their review status.',
  Audit: 'What was changed, when, why and by which request.',
  Session: 'Who the caller is, and what the caller may do.',
  Service: 'The service itself. No token is needed.',
  Debug: 'For tests and for operators. No token is needed. `DEBUG_ENDPOINTS=off` removes it.',
};

const DESCRIPTION = [
  'Parts of a hardware team and their review status. Each change is stored together with its audit entry, or not at all.',
  'What answers GET answers HEAD alike. Every error is `application/problem+json` (RFC 9457).',
].join('\n\n');

const packageSchema = z.object({ version: z.string() });

/** The API as an OpenAPI 3.1 document in JSON, from the endpoints and from the middlewares in front of them. */
export function buildDocument(
  endpoints: readonly Endpoint[],
  middlewares: readonly ApiMiddleware[],
): string {
  const packageFile = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const paths: Record<string, Record<string, ReturnType<typeof describeOperation>>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)(\{.*?\})?/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [endpoint.method]: describeOperation(endpoint, middlewares),
    };
  }
  const document = createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Parts service',
        version: packageSchema.parse(JSON.parse(packageFile)).version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      // Relative to the document, which may lie behind a prefix.
      servers: [{ url: '.', description: 'The server that this document comes from.' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      security: [{ token: [] }],
      paths,
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'The `AUTH_TOKEN` of the service, or one of its `TOKENS_FILE`. An operation names the role that it needs: `reader` reads, `editor` also changes, `approver` also decides.',
          },
        },
      },
    },
    {
      override({ jsonSchema }) {
        // The pattern of a date is unreadable, and `format` says the same.
        if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      },
    },
  );
  return JSON.stringify(document);
}
