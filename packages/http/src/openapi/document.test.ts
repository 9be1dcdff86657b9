import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { PROBLEMS, WRITE_PROBLEMS } from '../problem/problems.ts';
import { type OpenAppOptions, shareStorage } from '../testing/open-app.ts';

const openApp = shareStorage();

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const VARIANTS: readonly [string, OpenAppOptions][] = [
  ['of all', {}],
  ['without /debug', { debug: false }],
  ['without /docs', { swaggerUiDirectory: undefined }],
];

describe.for(VARIANTS)('the API document %s', ([, options]) => {
  async function readDocument() {
    const { app, request } = await openApp(options);
    return { app, document: documentSchema.parse(await (await request('/openapi.json')).json()) };
  }

  test('is valid OpenAPI 3.1', async () => {
    const { document } = await readDocument();
    const validator = new Validator();
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('has every route of the app and no other', async () => {
    const { app, document } = await readDocument();
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{.*?\})?/g, '{$1}')}`);
    expect(new Set(documented)).toEqual(new Set(routes));
  });
});

test('the API document passes a linter, which checks the examples too', async () => {
  const { request } = await openApp();
  const source = await (await request('/openapi.json')).text();
  const config = await createConfig({ extends: ['recommended-strict'] });
  const faults = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
  expect(faults.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

test('the API document has every refusal of the storage for each operation that changes something', async () => {
  const { request } = await openApp();
  const { paths } = documentSchema.parse(await (await request('/openapi.json')).json());
  const changing = Object.values(paths)
    .flatMap((operations) => Object.entries(operations))
    .filter(([method]) => method !== 'get');
  expect(changing).toHaveLength(5);
  for (const [, operation] of changing) {
    for (const code of WRITE_PROBLEMS) expect(JSON.stringify(operation)).toContain(`"${code}"`);
  }
});

test('the API document has every problem that an operation can have', async () => {
  const { request } = await openApp({
    isTokenPublic: true,
    rateLimit: { rate: 1, burst: 9, now: () => 0 },
  });
  const text = await (await request('/openapi.json')).text();
  const { paths } = documentSchema.parse(JSON.parse(text));
  const missing = Object.keys(PROBLEMS).filter(
    (code) => !JSON.stringify(paths).includes(`"${code}":{"summary"`),
  );
  // An operation is a path with a method that it knows.
  expect(missing).toEqual(['method_not_allowed']);
});

test('the API document has the version of the package', async () => {
  const { request } = await openApp();
  const document: unknown = await (await request('/openapi.json')).json();
  expect(document).toMatchObject({ info: { version: packageFile.version } });
});
