import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Hono } from 'hono';
import { expect } from 'vitest';
import { z } from 'zod';
import type { AppEnvironment } from '../context.ts';

/** What OpenAPI treats apart from other headers, and what only a 405 has, which no operation can have. */
const OTHER_HEADERS = ['content-type', 'allow'];

/** Expects that the API document has an answer as it is. Live feeds are left unread. */
export type CheckAnswer = (method: string, url: string, response: Response) => Promise<void>;

const jsonSchema = z.record(z.string(), z.unknown());

const answerSchema = z.object({
  headers: z.record(
    z.string(),
    z.object({ required: z.boolean().default(false), schema: jsonSchema }),
  ),
  content: z
    .record(z.string(), z.object({ schema: jsonSchema, examples: jsonSchema.optional() }))
    .optional(),
});

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), answerSchema) })),
  ),
  components: z.unknown(),
});

const checks = new Map<string, Promise<CheckAnswer>>();

/** Apps with the same routes and middlewares have the same document; it is built once for them. */
export function createAnswerCheck(app: Hono<AppEnvironment>): Promise<CheckAnswer> {
  const key = app.routes.map(({ method, path }) => `${method} ${path}`).join();
  const check = checks.get(key) ?? createCheck(app);
  checks.set(key, check);
  return check;
}

async function createCheck(app: Hono<AppEnvironment>): Promise<CheckAnswer> {
  const response = await app.request('/openapi.json');
  const { paths, components } = documentSchema.parse(await response.json());
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validators = new Map<object, ValidateFunction>();

  function expectValid(schema: object, value: unknown, what: string): void {
    const validate = validators.get(schema) ?? ajv.compile({ ...schema, components });
    validators.set(schema, validate);
    expect(validate(value), `${what}: ${ajv.errorsText(validate.errors)}`).toBe(true);
  }

  function findOperation(method: string, url: string) {
    const [pathname = ''] = url.split('?');
    const path = Object.keys(paths).find((path) =>
      new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]*')}$`).test(pathname),
    );
    return paths[path ?? '']?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
  }

  return async function check(method, url, response) {
    const what = `${method} ${url.slice(0, 100)} ${response.status}`;
    const [type = ''] = response.headers.get('Content-Type')?.split(';') ?? [];
    const isRead = method !== 'HEAD' && type !== 'text/event-stream';
    const text = isRead ? await response.clone().text() : '';
    const body: unknown = type.includes('json') && text ? JSON.parse(text) : text;

    const operation = findOperation(method, url);
    if (!operation) {
      expect([401, 404, 405], what).toContain(response.status);
      if (isRead) expectValid({ $ref: '#/components/schemas/Problem' }, body, what);
      return;
    }
    const answer = operation.responses[response.status];
    if (!answer) throw new Error(`${what} is not in the API document`);
    expectDocumentedHeaders(answer, response.headers, what);
    if (!answer.content) {
      expect(text, what).toBe('');
      return;
    }
    const content = answer.content[type];
    if (!content) throw new Error(`${what} ${type} is not in the API document`);
    if (!isRead) return;
    expectValid(content.schema, body, what);
    if (content.examples) expect(Object.keys(content.examples), what).toContain(codeOf(body));
  };

  function expectDocumentedHeaders(
    { headers }: z.infer<typeof answerSchema>,
    actual: Headers,
    what: string,
  ): void {
    const names = Object.keys(headers);
    const documented = new Set([...OTHER_HEADERS, ...names.map((name) => name.toLowerCase())]);
    expect(
      [...actual.keys()].filter((name) => !documented.has(name)),
      what,
    ).toEqual([]);
    for (const [name, { required, schema }] of Object.entries(headers)) {
      const value = actual.get(name);
      if (required) expect(value, `${what} ${name}`).not.toBeNull();
      if (value === null) continue;
      expectValid(schema, schema['type'] === 'integer' ? Number(value) : value, `${what} ${name}`);
    }
  }
}

const codeOf = (problem: unknown) => z.object({ code: z.string() }).parse(problem).code;
