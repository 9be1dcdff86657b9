import { basename } from 'node:path';
import type { TestModule, TestResult } from 'vitest/node';

const COLUMNS = ['scenario', 'seconds', 'tests', 'requests', 'acknowledged', '503', 'verdict'];

/** The figures of all scenarios as a table in Markdown, and below it what single tests measured. */
export function formatReport(modules: readonly TestModule[]): string {
  const rows = modules.map((module) => {
    const tests = [...module.children.allTests()];
    const sum = (what: 'requests' | 'acknowledged' | 'refused') =>
      tests.reduce((total, test) => total + (test.meta().tally?.[what] ?? 0), 0);
    return [
      basename(module.moduleId, '.torture.ts'),
      Math.round(module.diagnostic().duration / 1000),
      tests.length,
      sum('requests'),
      sum('acknowledged'),
      sum('refused'),
      judge(
        module.ok(),
        tests.map((test) => test.result().state),
      ),
    ];
  });
  const figures = modules.flatMap((module) =>
    [...module.children.allTests()].flatMap((test) =>
      Object.entries(test.meta().tally?.figures ?? {}).map(
        ([what, value]) => `- ${test.name}: ${what}: ${value}`,
      ),
    ),
  );
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  return [line(COLUMNS), line(COLUMNS.map(() => '---')), ...rows.map(line), '', ...figures].join(
    '\n',
  );
}

/**
 * The verdict on a scenario from the states of its tests. One that no test of it has proved, since the
 * run ended before it or the machine lacks something, is not kept.
 */
export function judge(isOk: boolean, states: readonly TestResult['state'][]): string {
  const notRun = states.filter((state) => state === 'skipped' || state === 'pending').length;
  if (isOk && notRun === states.length) return 'not run';
  const verdict = isOk ? 'kept' : 'broken';
  return notRun === 0 ? verdict : `${verdict}, ${notRun} not run`;
}

/** The median and the greatest of some measurements. */
export function summarize(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [median = 0, most = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  return `median ${median.toFixed(1)}, most ${most.toFixed(1)}`;
}
