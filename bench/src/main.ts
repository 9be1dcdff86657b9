import { openLaboratory } from './laboratory.ts';
import { readOptions } from './options.ts';
import { forgetPreparedDatabases } from './prepared-database.ts';
import { writeReport } from './report.ts';
import { formatForTerminal } from './table.ts';
import type { Outcome } from './work.ts';
import { WORKS } from './works.ts';

const options = readOptions(process.argv.slice(2), WORKS);
if (options.isClean) forgetPreparedDatabases(options.directory);
const laboratory = openLaboratory(options.directory, options.effort);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const outcomes: Outcome[] = [];
const failures: string[] = [];

try {
  for (const work of WORKS.filter(options.isChosen)) {
    try {
      const outcome = await work.measure(laboratory);
      outcomes.push(outcome);
      for (const finding of outcome.findings) console.log(formatForTerminal(finding));
    } catch (error) {
      failures.push(`${work.name}: ${error instanceof Error ? error.message : String(error)}`);
      console.error(`${failures.at(-1)}`);
    }
    await laboratory.clear();
  }
} finally {
  await laboratory.close();
}
if (options.isReport) writeReport(outcomes, failures, options);
if (failures.length > 0) process.exitCode = 1;
