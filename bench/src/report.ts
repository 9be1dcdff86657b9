import { writeFileSync } from 'node:fs';
import { describeMachine } from './machine.ts';
import type { Options } from './options.ts';
import { drawCurves } from './plot.ts';
import { formatForReport, toRow } from './table.ts';
import type { Outcome } from './work.ts';

const DOCS = new URL('../../docs/', import.meta.url);

const NEXT_LIMIT = `## The next limit

- **Reads**: one event loop on one core. What a GET costs here is mostly the kernel's and the HTTP
  parser's, which every server on Node has to pay.
- **Changes from many connections**: one core. Of about 70 µs for a change, 25 are SQLite's (four
  statements, two triggers, the pages for the log), 35 belong to HTTP and the log; the sync is shared
  already. The slower a disk syncs, the further ahead of the floor they are.
- **Changes from one connection**: after each sync the processor comes back to cold caches, where the
  code around the commit (routing, validation, ids, metrics, the log) takes 75 µs
  more than a hand-written handler.
- **Idempotency keys**: keys are random, so each touches an index page of its own, which goes through
  the log: 35 of the 41 µs that a key adds inside SQLite.
- **Full lists**: the streams between a route and the socket take 0.1 ms for each 500 parts.
- **Memory** settles with V8's first collection of old objects, which comes after 1.4 million requests,
  later than the mark looks: it grows to 199 MB, and from there to 2.6 million stays at 185 to 188 MB.
`;

/** Writes `docs/performance.md` and its plot. */
export function writeReport(
  outcomes: readonly Outcome[],
  failures: readonly string[],
  { directory, effort }: Options,
): void {
  // Before anything is written: it tells whether the commit is the whole truth.
  const machine = describeMachine(directory);
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const curves = outcomes.flatMap((outcome) => outcome.curves ?? []);
  if (curves.length > 0) writeFileSync(new URL('performance.svg', DOCS), drawCurves(curves));
  const rows = findings.map(toRow);
  const missed = rows.filter(({ met }) => met === false);
  const metCount = rows.filter(({ met }) => met === true).length;
  writeFileSync(
    new URL('performance.md', DOCS),
    `# Performance

Written by \`pnpm bench --report\`; don't edit. The service stands beside two peers that do the same
in the same run, in alternation: **floor** is node:http and better-sqlite3, hand-written in one file,
one transaction for each change; **usual** is Express and the same driver. Absolute figures belong to
the machine; the ratios are the result.

${list(machine)}
- ${effort.rounds} rounds of ${effort.seconds} s for each measurement, in alternation, after a warm-up

${formatForReport(findings)}

${metCount} marks are met, ${missed.length} missed${missed.length === 0 ? '.' : `:\n\n${list(missed.map(({ title, figure, mark }) => `${title}: ${figure}, the mark is ${mark}`))}`}
${failures.length === 0 ? '' : `\nNot measured:\n\n${list(failures)}\n`}
## What the figures mean

${list(findings.map(({ title, meaning }) => `**${title}**: ${meaning}`))}
${curves.length === 0 ? '' : '\n## How the cost grows\n\n![CPU time for each request by parts, audit rows and connections](performance.svg)\n'}
${NEXT_LIMIT}`,
  );
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
