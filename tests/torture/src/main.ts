import { CASES } from './cases.ts';
import { type Options, readOptions } from './options.ts';
import { formatReport } from './report.ts';
import { runCases } from './run-cases.ts';
import { killRemainingServers } from './server-process.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    await killRemainingServers();
    process.exit(130);
  });
}

let options: Options;
try {
  options = readOptions(
    process.argv.slice(2),
    CASES.map(({ name }) => name),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}

console.log(`seed ${options.seed}; repeat this run with --seed ${options.seed}`);
const cases = CASES.filter(({ name }) => options.only.includes(name));
const results = await runCases(cases, options);
console.log(`\n${formatReport(results)}`);
// What is left of a case that was given up would keep the process.
process.exit(results.some(({ verdict }) => verdict === 'broken') ? 1 : 0);
