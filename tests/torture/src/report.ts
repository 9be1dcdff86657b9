import type { Result } from './run-cases.ts';

const COLUMNS = [
  'case',
  'seconds',
  'rounds',
  'requests',
  'acknowledged',
  'lost',
  'torn',
  '503',
  'other 5xx',
  'promise',
];

/** The figures of all cases as a table in Markdown, with the measurements of each case below it. */
export function formatReport(results: readonly Result[]): string {
  const rows = results.map(({ name, seconds, verdict, tally: t }) =>
    [
      name,
      Math.round(seconds),
      t.rounds,
      t.requests,
      t.acknowledged,
      t.lost,
      t.torn,
      t.refused,
      t.failed,
      verdict,
    ].map(String),
  );
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const figures = results.flatMap(({ name, tally }) =>
    Object.entries(tally.figures).map(([what, value]) => `- ${name}: ${what}: ${value}`),
  );
  return [
    line(COLUMNS),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    ...figures,
  ].join('\n');
}
