import { setImmediate } from 'node:timers/promises';
import { importRowInputSchema, invalidImport, type RawRow } from '@parts/core';
import { z } from 'zod';
import type { AppContext } from '../context.ts';
import { readCsv } from '../csv/read-csv.ts';
import { CSV_TYPE } from '../csv/write-csv.ts';
import { charsetOf, readJsonBody, refuseContentEncoding } from '../inputs/json-body.ts';
import { ProblemError } from '../problem/problem-error.ts';

const MAX_IMPORT_BYTES = 4 * 1024 * 1024;

/** Rows that are taken from an array in a turn of the event loop. */
const ROWS_PER_TURN = 250;

const rows = z.array(importRowInputSchema).meta({
  id: 'ImportRows',
  description: 'The place of a row, from 1, is its line in errors.',
});

/** Reads the rows of an import from CSV or from JSON, as they are asked for. */
async function readRows(c: AppContext): Promise<AsyncIterable<RawRow>> {
  const [type = ''] = (c.req.header('Content-Type') ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case CSV_TYPE:
      refuseContentEncoding(c);
      return readCsv(new Uint8Array(await c.req.arrayBuffer()), charsetOf(c));
    case 'application/json':
      return readArray(await readJsonBody(c));
    default:
      throw new ProblemError(
        'unsupported_media_type',
        'an import is text/csv or application/json; say which in Content-Type',
      );
  }
}

async function* readArray(json: unknown): AsyncGenerator<RawRow> {
  if (!Array.isArray(json)) {
    throw invalidImport([{ line: 1, column: null, detail: 'is no array of rows' }]);
  }
  for (const [place, fields] of json.entries()) {
    yield { line: place + 1, fields };
    if (place % ROWS_PER_TURN === 0) await setImmediate();
  }
}

export const importBody = {
  schema: rows,
  otherTypes: {
    [CSV_TYPE]: {
      schema: z.string().meta({
        description:
          'With a header. The delimiter is a comma, semicolon or tab, the encoding that of the byte order mark or of `charset`, else UTF-8.',
        examples: ['part_number,name,description\r\nPCB-1004,Relay board,8 channels\r\n'],
      }),
    },
  },
  maxBytes: MAX_IMPORT_BYTES,
  read: readRows,
};
