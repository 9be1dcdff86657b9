import type { Creation, Edit } from './change.ts';
import { type Decision, decideChange, decideCreation } from './decide-change.ts';
import { type ImportError, invalidImport, PartsError, type PartsErrorCode } from './errors.ts';
import type { Import, ImportReport, ImportRow, RowReport } from './import.ts';
import type { Part } from './part.ts';
import { foldCase } from './parts-filter.ts';

/** What a storage has to write for an import, all or nothing and in this order, unless it is a dry run. */
export interface ImportDecision {
  readonly decisions: readonly Decision[];
  readonly report: ImportReport;
}

/** The column in which a rule of single changes is broken. */
const COLUMNS: Partial<Record<PartsErrorCode, string>> = {
  version_conflict: 'version',
  part_retired: 'part_number',
};

/**
 * Decides an import, each row by the rules of single changes. The rows are about different parts,
 * so none depends on what another one writes.
 *
 * @param parts those that have the numbers of the rows, in any ASCII case
 * @param nextId of the first part that is created
 * @throws PartsError `invalid_import`
 */
export function decideImport(
  batch: Import,
  parts: readonly Part[],
  nextId: number,
): ImportDecision {
  const byNumber = new Map(parts.map((part) => [foldCase(part.part_number), part]));
  const errors: ImportError[] = [];
  const decisions: Decision[] = [];
  const rows: RowReport[] = [];
  let created = 0;

  for (const row of batch.rows) {
    const before = byNumber.get(foldCase(row.part_number));
    if (before && batch.existing === 'skip') continue;
    const error = before ? findEditError(row, before, batch) : findCreationError(row);
    if (error) {
      errors.push({ line: row.line, ...error });
      continue;
    }
    try {
      const decision = before
        ? decideChange(before, describeEdit(row, before, batch))
        : decideCreation(nextId + created, row.part_number, describeCreation(row, batch));
      if (!decision.entry) continue;
      if (!before) created += 1;
      decisions.push(decision);
      rows.push(report(row, before, decision));
    } catch (error) {
      if (!(error instanceof PartsError)) throw error;
      errors.push({
        line: row.line,
        column: COLUMNS[error.code] ?? null,
        detail: error.message,
      });
    }
  }
  if (errors.length > 0) throw invalidImport(errors);
  return {
    decisions,
    report: {
      dry_run: batch.dryRun,
      created,
      updated: rows.length - created,
      unchanged: batch.rows.length - rows.length,
      approvals_ended: rows.filter((row) => row.approval_ended).length,
      rows,
    },
  };
}

type RowError = Omit<ImportError, 'line'>;

function findCreationError({ version, content, status }: ImportRow): RowError | undefined {
  if (version !== null) {
    return { column: 'version', detail: 'is given, but no part has this number' };
  }
  if (content.name === undefined) return { column: 'name', detail: 'is missing' };
  if (status !== null && status !== 'Draft') {
    return { column: 'status', detail: 'must be empty or Draft: a new part is a draft' };
  }
  return undefined;
}

function findEditError(row: ImportRow, before: Part, batch: Import): RowError | undefined {
  const { version, status, content, reason } = row;
  if (batch.existing === 'fail') {
    return {
      column: 'part_number',
      detail: `is the number of part ${before.id}; to edit parts, import with existing=update`,
    };
  }
  // A version that is no longer right is the better message; the rules of single changes have it.
  if (version !== null && version !== before.version) return undefined;
  if (status !== null && status !== before.status) {
    return {
      column: 'status',
      detail: `is not changed by an import; the part is ${before.status}`,
    };
  }
  const isEdit =
    (content.name ?? before.name) !== before.name ||
    (content.description ?? before.description) !== before.description;
  if (isEdit && batch.isReasonRequired && (reason ?? '').trim() === '') {
    return { column: 'reason', detail: 'is missing; an edit needs one here' };
  }
  return undefined;
}

function describeRow({ reason }: ImportRow, { actor, requestId, changedAt }: Import) {
  return { reason, actor, requestId, changedAt };
}

function describeCreation(row: ImportRow, batch: Import): Creation {
  const { name = '', description = '' } = row.content;
  return {
    kind: 'part_created',
    ...describeRow(row, batch),
    number: { exact: row.part_number },
    content: { name, description },
  };
}

function describeEdit(row: ImportRow, { id }: Part, batch: Import): Edit {
  return {
    kind: 'part_edited',
    ...describeRow(row, batch),
    partId: id,
    expectedVersions: row.version === null ? null : [row.version],
    idempotency: null,
    content: row.content,
  };
}

function report(row: ImportRow, before: Part | undefined, { entry, part }: Decision): RowReport {
  return {
    line: row.line,
    part_number: part.part_number,
    result: before ? 'updated' : 'created',
    changes: entry?.changes ?? null,
    approval_ended: before?.status === 'Approved',
  };
}
