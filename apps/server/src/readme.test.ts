import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createTemporaryDirectory, startServer } from '@parts/testkit';
import { expect, it } from 'vitest';
import { REPOSITORY } from './testing/repository.ts';

const readme = readFileSync(`${REPOSITORY}README.md`, 'utf8');

/** The commands of all `console` blocks in their order, each with the output that is shown. */
const tour = [...readme.matchAll(/^```console\n(.*?)^```/gms)]
  .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
  .map((step) => {
    const [command = '', ...output] = step.trimEnd().split('\n');
    return { command, output: output.join('\n') };
  });

it('the tour in the README shows what the commands really print', async () => {
  const server = await startServer();
  const directory = await createTemporaryDirectory();
  // One shell for all steps, so that a variable lives on. A mark tells where an output ends.
  const script = tour.map(({ command }) => `${command}\nprintf '\\n--mark--\\n'`).join('\n');
  const printed = execFileSync('bash', ['-c', script.replaceAll(':8080', `:${server.port}`)], {
    cwd: directory,
    encoding: 'utf8',
  });
  const outputs = printed.split('\n--mark--\n').slice(0, -1);
  expect(outputs.map(hideWhatDiffers)).toEqual(tour.map(({ output }) => hideWhatDiffers(output)));
  expect(tour.length).toBeGreaterThan(9);
});

it('the README names every variable that the configuration reads', () => {
  const config = readFileSync(`${REPOSITORY}apps/server/src/config.ts`, 'utf8');
  const names = [...config.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name ?? '');
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  expect(names).toContain('PORT');
});

/** Times of this run and ids of requests. */
function hideWhatDiffers(output: string): string {
  return output
    .trimEnd()
    .replaceAll(/"(updated_at|changed_at)":"(?!2026-01-05T09)[^"]*"/g, '"$1":"…"')
    .replaceAll(/"request_id":"[0-9a-f-]{36}"/g, '"request_id":"…"');
}
