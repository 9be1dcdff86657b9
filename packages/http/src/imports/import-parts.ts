import { setImmediate } from 'node:timers/promises';
import {
  IMPORT_MODES,
  type ImportReport,
  importReportSchema,
  type PartsService,
} from '@parts/core';
import { z } from 'zod';
import { answer } from '../answer.ts';
import { endpoint, json } from '../endpoint/endpoint.ts';
import { neededRole } from '../identity/needed-role.ts';
import { choice } from '../inputs/choice.ts';
import { changeContext } from '../parts/change-context.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { importBody } from './import-body.ts';

/** Rows of a report that are encoded in a turn of the event loop. */
const ROWS_PER_TURN = 500;

const existing = choice(
  'existing',
  z.enum(IMPORT_MODES),
  'What becomes of a row whose number a part has: the import is refused (`fail`, also when left out), the part stays as it is (`skip`) or is edited (`update`).',
  'update',
);

const dryRun = {
  schema: z.enum(['true', 'false']).meta({
    description: 'With `true` nothing is written, and the answer says what would be.',
    examples: ['true'],
  }),
  read(text: string): boolean {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new ProblemError('invalid_parameter', 'dry_run must be true or false');
  },
};

const importReport = importReportSchema.register(z.globalRegistry, {
  id: 'ImportReport',
  description:
    '`rows` has those that are not unchanged; an edit of an approved part ends its approval.',
});

export const importParts = (parts: PartsService) =>
  endpoint({
    method: 'post',
    path: '/v1/imports',
    operationId: 'importParts',
    tag: 'Parts',
    summary: 'Create and edit parts from a spreadsheet',
    description:
      'Up to 5,000 rows and 4 MiB, all or nothing. A row is matched with a part by its number, and a row that differs in nothing is no change. `version`, where it is given, works as `If-Match` of its row. The columns of an export are known; any other is an error.',
    role: 'editor',
    query: { existing, dry_run: dryRun },
    body: importBody,
    answers: { 200: json('What was imported, or would be', importReport) },
    problems: ['invalid_import', 'cancelled'],
    async handler(c, { query: { existing = 'fail', dry_run: dryRun = false }, body }) {
      const context = changeContext(c, neededRole('import'));
      const report = await parts.importParts(body, { existing, dryRun }, context);
      return answer(c, 200, await encodeReport(report), { 'Content-Type': 'application/json' });
    },
  });

const encoder = new TextEncoder();

/** Encodes a report some rows at a time, between which others are served: in one turn 5,000 rows take 8 ms. */
async function encodeReport({ rows, ...counts }: ImportReport) {
  const pieces = [encoder.encode(`${JSON.stringify(counts).slice(0, -1)},"rows":[`)];
  for (let from = 0; from < rows.length; from += ROWS_PER_TURN) {
    const text = JSON.stringify(rows.slice(from, from + ROWS_PER_TURN)).slice(1, -1);
    pieces.push(encoder.encode(from === 0 ? text : `,${text}`));
    await setImmediate();
  }
  pieces.push(encoder.encode(']}'));
  return Buffer.concat(pieces);
}
