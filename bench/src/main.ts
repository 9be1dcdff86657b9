import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBench } from './bench.ts';
import { type Finding, findFigures, formatFinding, writeReport } from './report.ts';
import { measureVariants } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    /** The scenarios that need no large database, in few and short rounds. */
    quick: { type: 'boolean', default: false },
    /** Names of scenarios, separated by commas. */
    only: { type: 'string' },
    /** Writes docs/performance.md. */
    report: { type: 'boolean', default: false },
    /** Where databases are prepared and kept. */
    directory: { type: 'string', default: join(tmpdir(), 'parts-bench') },
  },
});
const names = SCENARIOS.map(({ name }) => name);
const only = values.only?.split(',');
const unknown = only?.filter((name) => !names.includes(name)) ?? [];
if (unknown.length > 0) {
  console.error(`no scenario is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

// Many short rounds: what else happens on the machine then meets all alike.
const effort = values.quick ? { rounds: 5, seconds: 0.3 } : { rounds: 15, seconds: 1 };
const bench = openBench(values.directory, effort);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void bench.close().finally(() => process.exit(1)));
}
const findings: Finding[] = [];
const failures: string[] = [];
try {
  for (const { name, isLong, rows, variants } of SCENARIOS) {
    if (!(only?.includes(name) ?? !(values.quick && isLong))) continue;
    try {
      const series =
        typeof variants === 'function'
          ? await variants(bench)
          : await measureVariants(bench, variants);
      for (const row of rows) {
        findings.push(findFigures(row, series));
        console.log(findings.slice(-1).map(formatFinding).join());
      }
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      console.error(failures.at(-1));
    }
    await bench.clear();
  }
} finally {
  await bench.close();
}
if (values.report) writeReport(findings, failures, effort, values.directory);
if (failures.length > 0) process.exitCode = 1;
