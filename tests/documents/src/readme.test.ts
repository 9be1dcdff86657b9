import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { expect, test } from 'vitest';
import { readDocument } from './markdown.ts';
import { runCommands } from './run-commands.ts';

const readme = readDocument('README.md');

test('the README shows what its commands print', async () => {
  const server = await startServer();
  const { shown, real } = runCommands(readme, server.port, await createTemporaryDirectory());
  expect(real).toEqual(shown);
  expect(shown.length).toBeGreaterThan(6);
});

test('the README is short enough to be read', () => {
  expect(readme.split(/\s+/).filter(Boolean).length).toBeLessThan(1000);
});
