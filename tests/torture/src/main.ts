import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { formatReport } from './report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = globSync('scenarios/*.torture.ts', { cwd: root }).map((file) =>
  basename(file, '.torture.ts'),
);
const { values } = parseArgs({
  options: {
    /** Repeats a run. */
    seed: { type: 'string', default: String(randomInt(1e9)) },
    /** A few minutes instead of an hour. */
    quick: { type: 'boolean', default: false },
    /** Names of scenarios, separated by commas. */
    only: { type: 'string' },
  },
});
const only = values.only?.split(',') ?? names;
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no scenario is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

console.log(`seed ${values.seed}; repeat this run with --seed ${values.seed}`);
const vitest = await startVitest(
  'test',
  only.map((name) => `scenarios/${name}.torture.ts`),
  {
    root,
    watch: false,
    reporters: ['verbose'],
    provide: { seed: values.seed, isQuick: values.quick },
  },
);
console.log(`\n${formatReport(vitest.state.getTestModules())}`);
await vitest.close();
