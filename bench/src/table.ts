import { formatNumber } from './rounds.ts';
import { median, spread } from './statistics.ts';
import type { Finding, Mark } from './work.ts';

/** A finding in words: `met` is undefined where there is no mark. */
export interface Row {
  readonly title: string;
  readonly figure: string;
  readonly spread: string;
  readonly mark: string;
  readonly met: boolean | undefined;
  readonly behind: string;
}

export function toRow({ title, unit, figures, mark, behind }: Finding): Row {
  const suffix = unit === 'ratio' ? '' : ` ${unit}`;
  const format = (value: number) =>
    unit === 'ratio' ? value.toFixed(2) : `${formatNumber(value)}${suffix}`;
  const { min, max } = spread(figures);
  return {
    title,
    figure: format(median(figures)),
    spread: `${format(min)} … ${format(max)}`,
    mark: mark ? `${'atLeast' in mark ? '≥' : '≤'} ${formatMark(mark)}${suffix}` : '',
    met: mark && isMet(median(figures), mark),
    behind,
  };
}

function isMet(value: number, mark: Mark): boolean {
  return 'atLeast' in mark ? value >= mark.atLeast : value <= mark.atMost;
}

function formatMark(mark: Mark): string {
  return String(Number(('atLeast' in mark ? mark.atLeast : mark.atMost).toFixed(2)));
}

/** For a terminal: two lines for each finding. */
export function formatForTerminal(finding: Finding): string {
  const row = toRow(finding);
  const verdict =
    row.met === undefined ? '' : row.met ? `met (${row.mark})` : `MISSED (${row.mark})`;
  return `${row.title}\n    ${row.figure}  [${row.spread}]  ${verdict}\n    ${row.behind}`;
}

/** For Markdown: one line for each finding. */
export function formatForReport(findings: readonly Finding[]): string {
  const lines = findings
    .map(toRow)
    .map(
      (row) =>
        `| ${row.title} | ${row.figure} | ${row.spread} | ${row.mark} | ${formatMet(row.met)} | ${row.behind} |`,
    );
  return [
    '| work | median | spread | mark | met | medians behind it |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function formatMet(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? 'yes' : '**no**';
}
