import { readFileSync } from 'node:fs';
import { importReportSchema, NO_RULES } from '@parts/core';
import { describe, expect, test } from 'vitest';
import { errorsOf, importFile, readCsvFile } from '../testing/import-file.ts';
import { as, namedTokens, TEAM } from '../testing/named-tokens.ts';
import { shareStorage } from '../testing/open-app.ts';
import { codeOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

const bytes = (text: string, encoding: BufferEncoding = 'utf8') =>
  new Uint8Array(Buffer.from(text, encoding));

const FILE = 'part_number,name\n';
const rowsOf = (count: number) =>
  FILE + Array.from({ length: count }, (_, index) => `N-${index},Name\n`).join('');

describe('POST /v1/imports', () => {
  test.for<[string, string | Uint8Array<ArrayBuffer>, [number, string | null, RegExp]]>([
    ['an empty body', '', [1, null, /no header/]],
    ['a header without rows', FILE, [1, null, /no row/]],
    ['an empty header', '\nN-1,x\n', [1, null, /no name for column 1/]],
    ['a header with an empty column', 'part_number,,name\nN-1,,x\n', [1, null, /column 2/]],
    ['a column twice', 'part_number,name,name\nN-1,a,b\n', [1, 'name', /twice/]],
    ['an unknown column', 'part_number,Qty\nN-1,4\n', [1, 'Qty', /no column of an import/]],
    ['no column of the numbers', 'name\nx\n', [1, 'part_number', /missing/]],
    ['a new part without a name', `${FILE}N-1,a\nN-2,\n`, [3, 'name', /missing/]],
    ['a row without a number', `${FILE},a\n`, [2, 'part_number', /missing/]],
    ['a number twice', `${FILE}N-1,a\nN-2,a\nN-1,b\n`, [4, 'part_number', /line 2/]],
    ['a number twice in other case', `${FILE}N-1,a\nn-1,b\n`, [3, 'part_number', /line 2/]],
    ['a number that a part has', `${FILE}pcb-1001,a\n`, [2, 'part_number', /part 1/]],
    ['5,001 rows', rowsOf(5001), [5002, null, /5000/]],
    ['a quote that is not closed', `${FILE}N-1,"a\nN-2,b\n`, [2, 'name', /not closed/]],
    [
      'a long quote that is not closed',
      `${FILE}N-1,"${'x'.repeat(4e6)}`,
      [2, 'name', /not closed/],
    ],
    ['a quote within a cell', `${FILE}N-1,5" display\n`, [2, 'name', /quote within/]],
    ['more cells than columns', `${FILE}N-1,4,7 k\n`, [2, null, /3 cells/]],
    ['a formula', `${FILE}N-1,=1+1\n`, [2, 'name', /formula/]],
    ['a function', `${FILE}@SUM(A1),x\n`, [2, 'part_number', /formula/]],
    ['NUL', `${FILE}N-1,a\0b\n`, [2, 'name', /U\+0000/]],
    ['a line break in a number', `${FILE}N-1,a\n"N\r\n2",b\n`, [3, 'part_number', /control/]],
    ['the line behind a cell of two lines', `${FILE}N-1,"a\r\nb"\nN-2,\n`, [4, 'name', /missing/]],
    ['a long name', `${FILE}N-1,${'x'.repeat(201)}\n`, [2, 'name', /200/]],
    [
      'Windows-1252 for UTF-8',
      bytes(`${FILE}N-1,gr\xf6\xdfer\n`, 'latin1'),
      [2, 'name', /charset/],
    ],
    [
      'half of a character',
      bytes(`${FILE}N-1,a\n\xc3,b\n`, 'latin1'),
      [3, 'part_number', /UTF|utf/],
    ],
    ['a lone surrogate', bytes(`\ufeff${FILE}N-1,a\ud800\n`, 'utf16le'), [2, 'name', /utf-16le/]],
    ['UTF-16 without a mark', bytes(`${FILE}N-1,a\n`, 'utf16le'), [1, null, /utf-16le/]],
    [
      'UTF-16 in the other order without a mark',
      new Uint8Array(Buffer.from(`${FILE}N-1,ä\n`, 'utf16le').swap16()),
      [1, null, /utf-16be/],
    ],
    ['a version that is no number', `part_number,name,version\nN-1,a,x\n`, [2, 'version', /whole/]],
    ['a version of a new part', `part_number,name,version\nN-1,a,1\n`, [2, 'version', /no part/]],
    ['a status of a new part', `part_number,name,status\nN-1,a,Approved\n`, [2, 'status', /Draft/]],
  ])('refuses %s with line and column, and writes nothing', async ([, file, expected]) => {
    const { send, readStats } = await openApp();
    const response = await importFile(send, file);
    expect(response.status).toBe(422);
    const [error] = await errorsOf(response);
    expect([error?.line, error?.column, error?.detail]).toEqual([
      expected[0],
      expected[1],
      expect.stringMatching(expected[2]),
    ]);
    expect(await readStats()).toMatchObject({ parts_count: 12, audit_count: 0 });
  });

  test.for<[string, unknown, [number, string | null]]>([
    ['no array', {}, [1, null]],
    ['an empty array', [], [1, null]],
    ['a row that is null', [null], [1, null]],
    ['an unknown member', [{ part_number: 'N-1', name: 'a', qty: 4 }], [1, 'qty']],
    ['a name that is a number', [{ part_number: 'N-1', name: 4 }], [1, 'name']],
    ['half of a surrogate pair', [{ part_number: 'N-1', name: '\ud800' }], [1, 'name']],
    [
      'a number twice',
      [
        { part_number: 'N', name: 'a' },
        { part_number: 'n', name: 'a' },
      ],
      [2, 'part_number'],
    ],
  ])('refuses %s in JSON with line and column', async ([, json, [line, column]]) => {
    const { send, readStats } = await openApp();
    const response = await importFile(send, JSON.stringify(json), '', 'application/json');
    expect(response.status).toBe(422);
    expect(await errorsOf(response)).toMatchObject([{ line, column }]);
    expect(await readStats()).toMatchObject({ parts_count: 12, audit_count: 0 });
  });

  test.for([
    ['', 'unsupported_media_type'],
    ['text/plain', 'unsupported_media_type'],
    ['text/csv; charset=klingon', 'unsupported_media_type'],
  ])('answers the type "%s" by a 415', async ([type, code]) => {
    const { send } = await openApp();
    const response = await importFile(send, `${FILE}N-1,a\n`, '', type);
    expect([response.status, await codeOf(response)]).toEqual([415, code]);
  });

  test('refuses 4 MiB and one byte, and millions of empty rows', async () => {
    const { send } = await openApp();
    const file = `${FILE}N-1,a\n`.padEnd(4 * 1024 * 1024, '\n');
    expect((await importFile(send, `${file}\n`)).status).toBe(413);
    expect(await errorsOf(await importFile(send, file))).toMatchObject([{ line: 10_003 }]);
  });

  test('refuses numbers that a spreadsheet changed when a pattern says so', async () => {
    const rules = { ...NO_RULES, partNumberPattern: /^(?:[A-Z]+-\d{4})$/u };
    const { send } = await openApp({ rules });
    const response = await importFile(send, `${FILE}AB-0001,a\n1.00E+05,b\n`);
    expect(await errorsOf(response)).toMatchObject([{ line: 3, column: 'part_number' }]);
  });

  test.for(['\ufeff', ''])(
    'reads mixed line ends, empty rows and missing cells after "%s"',
    async (mark) => {
      const { send, readStats } = await openApp();
      const file = `${mark}part_number;name;description\r\nN-1;a;4,7\nN-2;"b"\r;;\n\r\nN-3;c;`;
      expect(await (await importFile(send, file)).json()).toMatchObject({ created: 3 });
      expect(await readStats()).toMatchObject({ parts_count: 15, audit_count: 3 });
    },
  );

  test('reads UTF-16 in either order by its byte order mark', async () => {
    const { send } = await openApp();
    const little = Buffer.from(`\ufeffpart_number\tname\nÄ-1\tgrößer\n`, 'utf16le');
    const big = Buffer.from(`\ufeffpart_number\tname\nÖ-1\tgrößer\n`, 'utf16le').swap16();
    for (const file of [little, big]) {
      const response = await importFile(send, new Uint8Array(file));
      expect(await response.json()).toMatchObject({ created: 1 });
    }
    const found = await (await send('GET', '/v1/parts?q=größer')).json();
    expect(found).toMatchObject([{ part_number: 'Ä-1' }, { part_number: 'Ö-1' }]);
  });

  test.for([
    ['excel-english.csv', 'text/csv', 'CAP-0013', '-40 to 85 °C'],
    [
      'excel-german.csv',
      'text/csv; charset=windows-1252',
      'CAP-0002',
      'Gehäuse 0805, -40 bis 85 °C',
    ],
    ['excel-german-unicode.txt', 'text/csv', 'GEH-0003', 'Aluminium; eloxiert'],
    ['libreoffice.csv', 'text/csv', 'CON-0022', '+24 V, 30 A'],
    ['kicad-bom.csv', 'text/csv', 'U-STM32G4', 'Package_DFN_QFN:QFN-48'],
  ] as const)('imports docs/examples/%s', async ([name, type, number, description]) => {
    const { send } = await openApp();
    const path = new URL(`../../../../docs/examples/${name}`, import.meta.url);
    const response = await importFile(send, new Uint8Array(readFileSync(path)), '', type);
    expect(response.status).toBe(200);
    const found = await send('GET', `/v1/parts?part_number=${number}`);
    expect(await found.json()).toMatchObject([{ description, status: 'Draft' }]);
  });

  test.for(['utf-16le', 'utf-16be'])(
    'reads %s without a mark when it is named',
    async (charset) => {
      const { send } = await openApp();
      const file = Buffer.from(`${FILE}Ä-1,größer\n`, 'utf16le');
      const body = new Uint8Array(charset === 'utf-16be' ? file.swap16() : file);
      const response = await importFile(send, body, '', `text/csv; charset=${charset}`);
      expect(await response.json()).toMatchObject({ rows: [{ part_number: 'Ä-1' }] });
    },
  );

  test('refuses a reader, and writes nothing', async () => {
    const { send, storage } = await openApp({ tokens: namedTokens(TEAM) });
    const headers = { ...as('kicad'), 'Content-Type': 'text/csv' };
    const response = await send('POST', '/v1/imports', { body: `${FILE}N-1,a\n`, headers });
    expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
    expect(await storage.statistics.count()).toMatchObject({ parts: 12, auditEntries: 0 });
  });

  test('says in a dry run what ends which approval, and writes nothing', async () => {
    const { send, readStats } = await openApp();
    const file = `part_number,name,reason\nENC-2001,Enclosure,typo\nN-1,New,\n`;
    const response = await importFile(send, file, '?existing=update&dry_run=true');
    expect(await response.json()).toEqual({
      dry_run: true,
      created: 1,
      updated: 1,
      unchanged: 0,
      approvals_ended: 1,
      rows: [
        {
          line: 2,
          part_number: 'ENC-2001',
          result: 'updated',
          changes: { name: ['Enclosure, lower half', 'Enclosure'] },
          approval_ended: true,
        },
        expect.objectContaining({ line: 3, result: 'created', approval_ended: false }),
      ],
    });
    expect(await readStats()).toMatchObject({ parts_count: 12, audit_count: 0 });
  });

  test('reports each of more rows than it reads or writes in a turn, in their order', async () => {
    const { send } = await openApp();
    const response = await importFile(send, rowsOf(1201));
    const { rows, ...counts } = importReportSchema.parse(await response.json());
    expect(counts).toMatchObject({ created: 1201, unchanged: 0 });
    expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: 1201 }, (_, at) => at + 2));
    expect(rows.at(-1)?.changes?.['part_number']).toEqual([null, 'N-1200']);
  });

  test('refuses a row whose version is no longer right', async () => {
    const { send, changeStatus, readStats } = await openApp();
    const file = await readCsvFile(send, '/v1/parts');
    await changeStatus(3, { status: 'Approved' });
    const response = await importFile(send, file, '?existing=update');
    expect(await errorsOf(response)).toMatchObject([{ line: 4, column: 'version' }]);
    expect(await readStats()).toMatchObject({ audit_count: 1 });
  });
});

describe('GET with Accept: text/csv', () => {
  test('gives a file of parts that imports again as unchanged, whatever their texts are', async () => {
    const { send, storage } = await openApp();
    const texts = [
      '=1+1',
      "'=1",
      "''x",
      '-40 °C',
      '@a',
      '\tx',
      '\rx',
      'a"b',
      'a;b,c',
      'x\r\ny',
      ' x ',
      "'",
    ];
    const rows = texts.map((name, index) => ({
      part_number: `-N${index}`,
      name,
      description: name,
    }));
    await importFile(send, JSON.stringify(rows), '', 'application/json');
    await send('PATCH', '/v1/parts/1', { body: '{"retired":true}' });
    const file = await readCsvFile(send, '/v1/parts?retired=any');
    const { id } = await storage.audit.findEnd();
    const again = await importFile(send, file, '?existing=update');
    expect(await again.json()).toMatchObject({ unchanged: 12 + texts.length, rows: [] });
    expect((await storage.audit.findEnd()).id).toBe(id);
    const text = new TextDecoder().decode(file);
    expect(text).toContain("'=1+1");
    expect(text.match(/(^|,|")[=+\-@\t]/gm) ?? []).toEqual([]);
  });

  test('gives all entries of the audit as a file, or a page of them', async () => {
    const { send } = await openApp();
    await importFile(send, rowsOf(1200));
    const all = new TextDecoder().decode(await readCsvFile(send, '/v1/audit?kind=part_created'));
    expect(all.trimEnd().split('\r\n')).toHaveLength(1201);
    const page = new TextDecoder().decode(await readCsvFile(send, '/v1/audit?limit=2'));
    expect(page.trimEnd().split('\r\n')).toHaveLength(3);
    const response = await send('GET', '/v1/audit', { headers: { Accept: 'text/csv' } });
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="audit.csv"');
    await response.body?.cancel();
  });
});
