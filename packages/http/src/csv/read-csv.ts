import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { IMPORT_COLUMNS, type ImportError, invalidImport, type RawRow } from '@parts/core';
import { type DecodedText, decodeText, REPLACEMENT } from './decode-text.ts';
import { unescapeFormula } from './formula-escape.ts';

/** Characters that are parsed in a turn of the event loop: 1 to 2 ms. */
const PIECE = 16_384;

/** Characters of a row. A quote that is not closed would make a row of all that follows. */
const MAX_ROW_LENGTH = 65_536;

/** Rows without any text, which some spreadsheets leave behind the others. Millions would take a minute. */
const MAX_EMPTY_ROWS = 10_000;

/** Of these an empty cell says nothing. */
const OPTIONAL_COLUMNS = ['reason', 'version', 'status'];

/**
 * Reads a CSV file as a spreadsheet writes it. The delimiter is the first of comma, semicolon and tab
 * in the header: in the rows there may be others, such as the decimal commas of a German Excel.
 *
 * @param charset counts when there is no byte order mark; default: UTF-8
 * @throws PartsError `invalid_import`, ProblemError `unsupported_media_type`
 */
export async function* readCsv(bytes: Uint8Array, charset?: string): AsyncGenerator<RawRow> {
  const decoded = decodeText(bytes, charset);
  const { CsvError, parse } = await import('csv-parse');
  const parser = parse({
    delimiter: findDelimiter(decoded.text),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_LENGTH,
  });
  let line = 1;
  let emptyRows = 0;
  let columns: readonly string[] | undefined;
  try {
    for await (const record of Readable.from(cutText(decoded.text)).compose(parser)) {
      const cells: readonly string[] = record;
      const start = line;
      line += 1 + cells.reduce((breaks, cell) => breaks + countBreaks(cell), 0);
      if (!columns) columns = readHeader(cells, start, decoded);
      else if (cells.some((cell) => cell !== '')) yield readRow(columns, cells, start, decoded);
      else emptyRows += 1;
      if (emptyRows > MAX_EMPTY_ROWS) {
        const detail = `is one empty row too many: a file has up to ${MAX_EMPTY_ROWS}`;
        throw invalidImport([{ line: start, column: null, detail }]);
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const column = columns?.[Number(error['column'])] ?? null;
    throw invalidImport([{ line, column, detail: explainQuotes(error.code) }]);
  }
  if (!columns) throw invalidImport([{ line: 1, column: null, detail: 'has no header' }]);
}

function findDelimiter(text: string): string {
  const [header = ''] = /^[^\r\n]*/.exec(text) ?? [];
  return /[,;\t]/.exec(header.replaceAll(/"[^"]*"/g, ''))?.[0] ?? ',';
}

async function* cutText(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += PIECE) {
    yield text.slice(from, from + PIECE);
    await setImmediate();
  }
}

/** The parser counts a CR and LF within a cell as two. */
function countBreaks(cell: string): number {
  return cell.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function explainQuotes(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'has a quote that is not closed';
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return `has more than ${MAX_ROW_LENGTH} characters, or a quote that is not closed`;
  }
  return 'has a quote within a cell; put the cell in quotes, and each quote of it twice';
}

function readHeader(cells: readonly string[], line: number, decoded: DecodedText) {
  if (cells.some((cell) => cell.includes('\0'))) {
    // Each letter of ASCII is one byte and a zero there, which is valid UTF-8.
    const charset = cells[0]?.startsWith('\0') ? 'utf-16be' : 'utf-16le';
    const detail = `has zero bytes, as UTF-16 without a byte order mark has; if it is that, name it: Content-Type: text/csv; charset=${charset}`;
    throw invalidImport([{ line, column: null, detail }]);
  }
  const columns = cells.map((cell) => cell.trim());
  const errors: ImportError[] = columns.flatMap((column, place) => {
    const detail = findHeaderError(columns, column, place, decoded);
    return detail === undefined ? [] : [{ line, column: column || null, detail }];
  });
  if (errors.length === 0 && !columns.includes('part_number')) {
    errors.push({ line, column: 'part_number', detail: 'is missing' });
  }
  if (errors.length > 0) throw invalidImport(errors);
  return columns;
}

function findHeaderError(
  columns: readonly string[],
  column: string,
  place: number,
  decoded: DecodedText,
): string | undefined {
  if (column === '') return `has no name for column ${place + 1}`;
  if (isDamaged(column, decoded)) return explainEncoding(decoded);
  if (!IMPORT_COLUMNS.includes(column)) {
    return `is no column of an import; there are ${IMPORT_COLUMNS.join(', ')}`;
  }
  return columns.indexOf(column) < place ? 'is there twice' : undefined;
}

function readRow(
  columns: readonly string[],
  cells: readonly string[],
  line: number,
  decoded: DecodedText,
): RawRow {
  const errors: Omit<ImportError, 'line'>[] = [];
  if (cells.slice(columns.length).some((cell) => cell !== '')) {
    const detail = `has ${cells.length} cells, and the header has ${columns.length}`;
    errors.push({ column: null, detail });
  }
  // Excel leaves empty cells at the end of a row out.
  const fields = columns.map((column, place) => [column, readCell(column, cells[place] ?? '')]);
  for (const [place, column] of columns.entries()) {
    const cell = cells[place] ?? '';
    if (isDamaged(cell, decoded)) errors.push({ column, detail: explainEncoding(decoded) });
    else if (/^[=@]/.test(cell)) {
      const detail = `begins with ${cell[0]}, as a formula does; put a ' in front if it is a text`;
      errors.push({ column, detail });
    }
  }
  return { line, fields: Object.fromEntries(fields), errors };
}

function readCell(column: string, cell: string): string | number | null {
  if (cell === '' && OPTIONAL_COLUMNS.includes(column)) return null;
  if (column === 'version' && /^\d{1,15}$/.test(cell)) return Number(cell);
  return unescapeFormula(cell);
}

function isDamaged(cell: string, decoded: DecodedText): boolean {
  return decoded.isDamaged && cell.includes(REPLACEMENT);
}

function explainEncoding({ encoding }: DecodedText): string {
  return `is not valid ${encoding}; name the encoding, as in Content-Type: text/csv; charset=windows-1252`;
}
