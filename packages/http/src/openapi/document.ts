import { auditPaths } from './audit-paths.ts';
import { debugPaths } from './debug-paths.ts';
import { docsPaths } from './docs-paths.ts';
import { headers } from './headers.ts';
import { describeOperation, type Operation, type PathTable, type Tag } from './operation.ts';
import { parameters } from './parameters.ts';
import { partsPaths } from './parts-paths.ts';
import { describeSchemas } from './schemas.ts';
import { servicePaths } from './service-paths.ts';

const TAGS: Readonly<Record<Tag, string>> = {
  Parts: 'Parts and their review status.',
  Audit: 'What was changed, when, why and by which request.',
  Service: 'The service itself. No token is needed.',
  Debug: 'For tests and for a look inside. No token is needed; can be switched off.',
};

const DESCRIPTION = [
  'Parts of a hardware team and their review status. Each change is stored together with its audit entry, or not at all.',
  'What answers GET answers HEAD alike. Every error is `application/problem+json` (RFC 9457).',
].join('\n\n');

export interface ApiDocumentOptions {
  /** Whether there is `/debug`. */
  readonly withDebug: boolean;
  /** Whether there is `/docs`. */
  readonly withDocs: boolean;
}

/** The API as an OpenAPI 3.1 document. */
export function buildApiDocument({ withDebug, withDocs }: ApiDocumentOptions) {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Parts service',
      version: '1.0.0',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ token: [] }],
    paths: describePaths({
      ...partsPaths,
      ...auditPaths,
      ...servicePaths,
      ...(withDocs && docsPaths),
      ...(withDebug && debugPaths),
    }),
    components: {
      schemas: describeSchemas(),
      parameters,
      headers,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The `AUTH_TOKEN` of the service.' },
      },
    },
  };
}

export type ApiDocument = ReturnType<typeof buildApiDocument>;

function describePaths(table: PathTable): Record<string, Record<string, Operation>> {
  return Object.fromEntries(
    Object.entries(table).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, options]) => [
          method,
          describeOperation(path, method, options),
        ]),
      ),
    ]),
  );
}
