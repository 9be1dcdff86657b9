import { z } from 'zod';
import { answer } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { escapeFormula } from './formula-escape.ts';

export const CSV_TYPE = 'text/csv';

/** By it spreadsheets tell UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

const encoder = new TextEncoder();

/** The content of an answer that is a CSV file. */
export const csvContent = { [CSV_TYPE]: { schema: z.string() } };

export const dispositionHeader = z
  .string()
  .optional()
  .meta({
    description: 'Of a CSV file: its name.',
    examples: ['attachment; filename="parts.csv"'],
  });

type Row = Readonly<Record<string, string | number | object | null>>;

/** Formats rows (RFC 4180); a value that is an object becomes JSON, null an empty cell. */
function formatRows(columns: readonly string[], rows: readonly Row[]): string {
  return rows
    .map((row) => `${columns.map((column) => formatCell(row[column] ?? '')).join(',')}\r\n`)
    .join('');
}

function formatCell(value: string | number | object): string {
  const text = escapeFormula(typeof value === 'object' ? JSON.stringify(value) : String(value));
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The chunks of a CSV file. */
export async function* encodeCsv(
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield encoder.encode(`${BYTE_ORDER_MARK}${columns.join(',')}\r\n`);
  for await (const rows of batches) yield encoder.encode(formatRows(columns, rows));
}

/** Answers with a CSV file. @param name of the file, without its ending */
export function answerCsv(c: AppContext, name: string, body: ReadableStream | null) {
  return answer(c, 200, body, {
    'Content-Type': `${CSV_TYPE}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${name}.csv"`,
  });
}
