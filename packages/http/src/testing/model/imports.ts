import { diff, type Expected, findNumber, type Model, record, refusal } from './model.ts';

interface ModelRow {
  readonly part_number: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
  readonly version?: number | undefined;
  readonly status?: string | undefined;
}

export interface ModelImport {
  readonly rows: readonly ModelRow[];
  readonly existing: 'fail' | 'skip' | 'update';
  readonly isDryRun: boolean;
}

/** Makes every row or, when one can't be made, none. */
export function importRows(
  model: Model,
  { rows, existing, isDryRun }: ModelImport,
  said: { readonly actor: string | null; readonly request_id: string },
): [Model, Expected] {
  const errors = findRepeated(rows) ?? rows.map((row) => findError(model, row, existing));
  const places: [number, string | null][] = errors.flatMap((column, place) =>
    column ? [[place + 1, column]] : [],
  );
  if (rows.length === 0) places.push([1, null]);
  if (places.length > 0) {
    return [model, { ...refusal(422, { fault: 'invalid_import' }), members: { errors: places } }];
  }
  let after = model;
  const reports = [];
  for (const [place, row] of rows.entries()) {
    const before = findNumber(model, row.part_number);
    if (before && (existing === 'skip' || !isEdit(before, row))) continue;
    const { reason = null, name, description } = row;
    const next = before ?? {
      ...{ id: after.parts.length + 1, part_number: row.part_number, name: '' },
      ...{ description: '', status: 'Draft', retired_at: null },
    };
    const content = { name: name ?? next.name, description: description ?? next.description };
    const kind = before ? 'part_edited' : 'part_created';
    const edited = { ...next, ...content, status: 'Draft' };
    const [recorded, part] = record(after, edited, { ...said, kind, reason });
    after = recorded;
    reports.push({
      line: place + 1,
      part_number: part.part_number,
      result: before ? 'updated' : 'created',
      changes: diff(before, part),
      approval_ended: before?.status === 'Approved',
    });
  }
  const created = reports.filter(({ result }) => result === 'created').length;
  const body = {
    dry_run: isDryRun,
    created,
    updated: reports.length - created,
    unchanged: rows.length - reports.length,
    approvals_ended: reports.filter((row) => row.approval_ended).length,
    rows: reports,
  };
  return [isDryRun ? model : after, { status: 200, body }];
}

function isEdit(
  before: Pick<Model['parts'][number], 'name' | 'description'>,
  { name, description }: ModelRow,
): boolean {
  return (
    (name ?? before.name) !== before.name ||
    (description ?? before.description) !== before.description
  );
}

/** The columns of the rows whose number another row before them has; undefined when there is none. */
function findRepeated(rows: readonly ModelRow[]): (string | undefined)[] | undefined {
  const numbers = rows.map(({ part_number }) => part_number.toLowerCase());
  const columns = numbers.map((number, place) =>
    numbers.indexOf(number) < place ? 'part_number' : undefined,
  );
  return columns.some((column) => column) ? columns : undefined;
}

/** The column of what is wrong with a row, by itself or for the part that has its number. */
function findError(
  model: Model,
  { part_number, version, status, name, ...rest }: ModelRow,
  existing: ModelImport['existing'],
): string | undefined {
  const before = findNumber(model, part_number);
  if (!before) {
    if (version !== undefined) return 'version';
    if (name === undefined) return 'name';
    return (status ?? 'Draft') === 'Draft' ? undefined : 'status';
  }
  if (existing === 'skip') return undefined;
  if (existing === 'fail') return 'part_number';
  if ((version ?? before.version) !== before.version) return 'version';
  if ((status ?? before.status) !== before.status) return 'status';
  const isChange = isEdit(before, { part_number, name, ...rest });
  return isChange && before.retired_at !== null ? 'part_number' : undefined;
}
