import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Effort } from './bench.ts';
import { describeMachine } from './machine.ts';
import type { Measures, Row } from './scenario.ts';

/** One line of the table with its figures. */
export interface Finding {
  readonly title: string;
  readonly figure: string;
  readonly spread: string;
  readonly mark: string;
  /** Undefined where there is no mark. */
  readonly isMet: boolean | undefined;
  /** The medians that the figure was made from. */
  readonly behind: string;
}

/** Takes the figures of a row from the samples of its variants, round by round. */
export function findFigures(
  { title, what, of, by, times = 1, unit, mark }: Row,
  series: Readonly<Record<string, readonly Measures[]>>,
): Finding {
  const values = (name: string) => (series[name] ?? []).map((sample) => sample[what] ?? Number.NaN);
  const own = values(of);
  const base = typeof by === 'string' ? values(by) : own.map(() => by ?? 1);
  const figures = own.map((value, round) => value / times / (base[round] ?? Number.NaN));
  const format = (value: number) =>
    unit === undefined ? value.toFixed(2) : `${formatNumber(value)} ${unit}`;
  const middle = median(figures);
  const names = typeof by === 'string' ? [of, by] : [of];
  return {
    title,
    figure: format(middle),
    spread: `${format(Math.min(...figures))} … ${format(Math.max(...figures))}`,
    mark: mark ? ('atLeast' in mark ? `≥ ${mark.atLeast}` : `≤ ${mark.atMost}`) : '',
    isMet: mark && ('atLeast' in mark ? middle >= mark.atLeast : middle <= mark.atMost),
    behind: names.map((name) => `${name} ${formatNumber(median(values(name)))}`).join(', '),
  };
}

/** The one in the middle; of two, the mean. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

/** For a terminal. */
export function formatFinding({ title, figure, spread, mark, isMet, behind }: Finding): string {
  const verdict = isMet === undefined ? '' : `${isMet ? 'met' : 'MISSED'} (${mark})`;
  return `${title}\n    ${figure}  [${spread}]  ${verdict}\n    ${behind}`;
}

/** Writes `docs/performance.md`. */
export function writeReport(
  findings: readonly Finding[],
  failures: readonly string[],
  { rounds, seconds }: Effort,
  directory: string,
): void {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
  const verdict = { true: 'yes', false: '**no**', undefined: '' };
  const lines = findings.map(
    ({ title, figure, spread, mark, isMet, behind }) =>
      `| ${title} | ${figure} | ${spread} | ${mark} | ${verdict[`${isMet}`]} | ${behind} |`,
  );
  const root = new URL('../../', import.meta.url);
  writeFileSync(
    new URL('docs/performance.md', root),
    `# Performance

Written by \`pnpm bench --report\`; don't edit. The **floor** is node:http and better-sqlite3,
hand-written in one file, with one transaction for each change: it does the same, in the same run and in alternation.
Absolute figures belong to the machine; the ratios are the result.

${list(describeMachine(directory))}
- clients have a core of their own, servers the others; PostgreSQL shares those of its server, and syncs each commit
- ${rounds} rounds of ${seconds} s for each measurement, in alternation, after a warm-up

| scenario | median | spread | mark | met | medians behind it |
|---|---|---|---|---|---|
${lines.join('\n')}
${failures.length === 0 ? '' : `\nNot measured:\n\n${list(failures)}\n`}`,
  );
  // Its check refuses a table whose columns are not aligned.
  execFileSync('node_modules/.bin/biome', ['format', '--write', 'docs/performance.md'], {
    cwd: root,
  });
}
