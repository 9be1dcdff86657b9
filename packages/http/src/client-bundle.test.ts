import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, onTestFinished, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

const PROGRAM = `
import { createPartsClient } from '@parts/http/client';
const client = createPartsClient('http://localhost:8080', { token: 'secret' });
console.log((await client.v1.parts.$get()).status);
`;

test('the bundle of a program with the typed client has no code of the server', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'parts-client-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'node_modules/@parts'), { recursive: true });
  symlinkSync(PACKAGE, join(directory, 'node_modules/@parts/http'));
  const input = join(directory, 'program.js');
  writeFileSync(input, PROGRAM);

  const bundle = await rolldown({ input, platform: 'browser' });
  onTestFinished(() => bundle.close());
  const { output } = await bundle.generate({ format: 'esm' });
  const [chunk] = output;
  expect(output).toHaveLength(1);
  expect(chunk.imports).toEqual([]);
  const modules = Object.entries(chunk.modules)
    .filter(([, { code }]) => code)
    .map(([id]) => id);
  for (const id of modules) {
    expect(id).toMatch(/program\.js$|http\/src\/client\.ts$|hono\/dist\/(client|utils)\//);
  }
  expect(modules.length).toBeGreaterThan(2);
  expect(chunk.code).not.toMatch(/zod|sqlite|urn:problem-type|class Hono|node:/i);
});
