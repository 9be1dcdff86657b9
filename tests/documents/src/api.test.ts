import { type CleanUp, createTemporaryDirectory, startServer } from '@parts/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readCode, readDocument, readTable } from './markdown.ts';
import { runCommands } from './run-commands.ts';

const page = readDocument('docs/api.md');

const operationSchema = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  responses: z.record(z.string(), z.object({ content: z.unknown().optional() })),
});
const openApiSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});
const problemsSchema = z
  .object({
    'application/problem+json': z.object({ examples: z.record(z.string(), z.unknown()) }),
  })
  .transform((content) => Object.keys(content['application/problem+json'].examples));

/** The API document of a server in which everything is turned on. */
async function readOperations(cleanUp: CleanUp) {
  const server = await startServer({ env: { RATE_LIMIT: '1000' }, cleanUp });
  const { paths } = openApiSchema.parse(await (await server.request('/openapi.json')).json());
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      ...operation,
    })),
  );
}

let operations: Awaited<ReturnType<typeof readOperations>> = [];
beforeAll(async () => {
  const resources = new AsyncDisposableStack();
  operations = await readOperations((task) => resources.defer(task));
  await resources.disposeAsync();
});

describe('docs/api.md', () => {
  test('has every route of the API document and no other', async () => {
    const routes = readTable(page, 'request').map(([request = '']) => readCode(request).join());
    const documented = operations.map(({ route }) => route);
    expect(routes.toSorted()).toEqual(documented.toSorted());
  });

  test('has every header and query parameter of the API document and no other', async () => {
    const names = readTable(page, 'on').map(([, name = '']) => readCode(name).join());
    const documented = operations
      .flatMap(({ parameters }) => parameters)
      .filter((parameter) => parameter.in !== 'path')
      .map(({ name }) => name);
    // OpenAPI describes it by the media types of an answer.
    documented.push('Accept');
    expect(names.map((name) => name.split(':', 1).join()).toSorted()).toEqual(
      [...new Set(documented)].toSorted(),
    );
  });

  test('has every problem of the API document with its status, and no other', async () => {
    const rows = readTable(page, 'code').map(([code, status]) => `${code} ${status}`);
    const documented = operations.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) => {
        const { data = [] } = problemsSchema.safeParse(content);
        return data.map((code) => `\`${code}\` ${status}`);
      }),
    );
    // It is the answer where there is no operation.
    documented.push('`method_not_allowed` 405');
    expect(rows.toSorted()).toEqual([...new Set(documented)].toSorted());
  });

  test('shows what its commands print', async () => {
    const server = await startServer();
    const { shown, real } = runCommands(page, server.port, await createTemporaryDirectory());
    expect(real).toEqual(shown);
    expect(shown).not.toEqual([]);
  });
});
