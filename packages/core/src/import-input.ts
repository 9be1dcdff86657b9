import { z } from 'zod';
import { type ImportError, invalidImport } from './errors.ts';
import { type ImportRow, MAX_IMPORT_ROWS } from './import.ts';
import { contentInput } from './part-input.ts';
import { partStatusSchema } from './part-status.ts';
import { foldCase } from './parts-filter.ts';
import { reasonInput } from './text-input.ts';

/** Of an export; they can't be imported, and to leave them in is no error. */
const ignored = z.unknown().optional();

/** A row of an import. Those of an export are known. */
export const importRowInputSchema = z.strictObject(
  {
    part_number: contentInput.part_number,
    name: contentInput.name.exactOptional(),
    description: contentInput.description.exactOptional(),
    reason: reasonInput,
    version: z.int({ error: 'version must be a whole number' }).positive().nullish(),
    status: partStatusSchema.nullish(),
    id: ignored,
    created_at: ignored,
    updated_at: ignored,
    retired_at: ignored,
  },
  { error: 'a row must be an object such as {"part_number":"PCB-1004","name":"Relay board"}' },
);

/** The columns that an import may have, those of an export included. */
export const IMPORT_COLUMNS = Object.keys(importRowInputSchema.shape);

export interface RawRow {
  /** Where it begins, from 1. */
  readonly line: number;
  /** By column; anything else is refused. */
  readonly fields: unknown;
  /** What its source found wrong with it already. */
  readonly errors?: readonly Omit<ImportError, 'line'>[];
}

/**
 * Parses the rows of an import as they come.
 *
 * @param pattern what a number must match, if anything
 * @throws PartsError `invalid_import`
 */
export async function parseImportRows(
  source: AsyncIterable<RawRow>,
  pattern: RegExp | null,
): Promise<readonly ImportRow[]> {
  const errors: ImportError[] = [];
  const rows: ImportRow[] = [];
  const lines = new Map<string, number>();
  let count = 0;
  for await (const raw of source) {
    const { line } = raw;
    count += 1;
    if (count > MAX_IMPORT_ROWS) {
      const detail = `is one row too many: an import has up to ${MAX_IMPORT_ROWS}`;
      throw invalidImport([{ line, column: null, detail }]);
    }
    const row = parseRow(raw, errors);
    if (!row) continue;
    const earlier = lines.get(foldCase(row.part_number));
    const refuse = (detail: string) => errors.push({ line, column: 'part_number', detail });
    if (earlier !== undefined) refuse(`is the number in line ${earlier} too`);
    if (pattern && !pattern.test(row.part_number)) refuse(`must match ${pattern.source}`);
    lines.set(foldCase(row.part_number), line);
    rows.push(row);
  }
  if (count === 0) {
    throw invalidImport([{ line: 1, column: null, detail: 'has no row behind it' }]);
  }
  if (errors.length > 0) throw invalidImport(errors);
  return rows;
}

/** Undefined for a row with errors, which are added to those of the others. */
function parseRow(raw: RawRow, errors: ImportError[]): ImportRow | undefined {
  const { line, fields } = raw;
  if (raw.errors?.length) {
    errors.push(...raw.errors.map((error) => ({ line, ...error })));
    return undefined;
  }
  const { success, data, error } = importRowInputSchema.safeParse(fields);
  if (!success) {
    errors.push(...error.issues.flatMap((issue) => describeIssue(issue, line, fields)));
    return undefined;
  }
  const { part_number, name, description, reason, version, status } = data;
  const content = {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
  return {
    line,
    part_number,
    content,
    reason: reason ?? null,
    version: version ?? null,
    status: status ?? null,
  };
}

function describeIssue(issue: z.core.$ZodIssue, line: number, fields: unknown): ImportError[] {
  if (issue.code === 'unrecognized_keys') {
    const detail = `is no column of an import; there are ${IMPORT_COLUMNS.join(', ')}`;
    return issue.keys.map((column) => ({ line, column, detail }));
  }
  const [column = null] = issue.path.map(String);
  if (column === null) return [{ line, column, detail: issue.message }];
  const value = Object.entries(fields ?? {}).find(([name]) => name === column)?.[1] ?? '';
  const detail = value === '' ? 'is missing' : issue.message.replace(`${column} `, '');
  return [{ line, column, detail }];
}
