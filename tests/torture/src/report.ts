import { basename } from 'node:path';
import type { TestModule } from 'vitest/node';

const COLUMNS = ['scenario', 'seconds', 'tests', 'requests', 'acknowledged', '503', 'verdict'];

/** The figures of all scenarios as a table in Markdown, and below it what single tests measured. */
export function formatReport(modules: readonly TestModule[]): string {
  const rows = modules.map((module) => {
    const tests = [...module.children.allTests()];
    const sum = (what: 'requests' | 'acknowledged' | 'refused') =>
      tests.reduce((total, test) => total + (test.meta().tally?.[what] ?? 0), 0);
    const skipped = tests.filter((test) => test.result().state === 'skipped').length;
    const verdict = module.ok() ? 'kept' : 'broken';
    return [
      basename(module.moduleId, '.torture.ts'),
      Math.round(module.diagnostic().duration / 1000),
      tests.length,
      sum('requests'),
      sum('acknowledged'),
      sum('refused'),
      skipped === 0 ? verdict : `${verdict}, ${skipped} not run`,
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
