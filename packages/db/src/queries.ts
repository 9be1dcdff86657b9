import type { AuditFilter, ListRange, PartsFilter } from '@parts/core';
import { foldCase } from '@parts/core/rules';

// SQL that SQLite and PostgreSQL understand alike. A value has its name behind a colon.

// Columns by name: the meaning of `*` changes under a prepared statement when a newer program migrates.
export const PART =
  'id, part_number, name, description, status, version, created_at, updated_at, retired_at';
export const ENTRY =
  'id, part_id, kind, old_status, new_status, version, changes, actor, reason, request_id, changed_at';

/** The ids of the last part and the last audit entry; 0 when there is none. Ordered, since max() may scan the table. */
export const LAST_PART = 'coalesce((SELECT id FROM parts ORDER BY id DESC LIMIT 1), 0)';
export const LAST_ENTRY = 'coalesce((SELECT id FROM audit_entries ORDER BY id DESC LIMIT 1), 0)';

/** The place of the event handler. One beyond the end is none: it would skip the entries that are still to come. */
export const KEPT_CURSOR = `CASE WHEN audit_id <= ${LAST_ENTRY} THEN audit_id ELSE 0 END`;

/** A range whose end is known, too. */
export interface Stretch extends ListRange {
  /** Leaves out everything behind this number. */
  readonly last?: number | undefined;
}

/** A query with its values. Queries of one shape have one text, so they can share a statement. */
export interface ListQuery {
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the engines don't say alike. */
export interface Dialect {
  /** True for a column that has the word `:name` in it, whatever its ASCII case. */
  readonly hasWord: (column: string, name: string) => string;
  readonly encodeWord: (word: string) => string;
  /** True for a part whose number is in the list `:numbers`; by an index. */
  readonly hasNumber: string;
  readonly encodeList: (texts: readonly string[]) => unknown;
}

/** A query for parts in the order of their ids. */
export function listParts(dialect: Dialect, filter: PartsFilter, range: Stretch): ListQuery {
  const { status, retired = false, words = [], partNumbers } = filter;
  const numbers = partNumbers && dialect.encodeList(partNumbers.map(foldCase));
  const named = words.map((word, place) => [`word${place}`, dialect.encodeWord(word)] as const);
  const conditions = {
    last: 'id <= :last',
    status: 'status = :status',
    numbers: dialect.hasNumber,
    ...Object.fromEntries(named.map(([name]) => [name, hasText(dialect, name)])),
  };
  const given = { ...range, status, numbers, ...Object.fromEntries(named) };
  const inUse = retired === 'any' ? [] : [`retired_at IS ${retired ? 'NOT NULL' : 'NULL'}`];
  return list(`SELECT ${PART} FROM parts`, conditions, given, inUse);
}

function hasText({ hasWord }: Dialect, name: string): string {
  const texts = ['part_number', 'name', 'description'];
  return `(${texts.map((column) => hasWord(column, name)).join(' OR ')})`;
}

/** A query for audit entries in the order of their ids. */
export function listEntries(filter: AuditFilter, range: Stretch): ListQuery {
  const conditions = {
    last: 'id <= :last',
    actor: 'actor = :actor',
    kind: 'kind = :kind',
    since: 'changed_at >= :since',
    until: 'changed_at < :until',
  };
  return list(`SELECT ${ENTRY} FROM audit_entries`, conditions, { ...filter, ...range });
}

/** @param conditions by the name of their value; those without a value are left out */
function list(
  select: string,
  conditions: Readonly<Record<string, string>>,
  { after = 0, limit, ...given }: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): ListQuery {
  const values: Record<string, unknown> = { after };
  const where = ['id > :after', ...others];
  for (const [name, condition] of Object.entries(conditions)) {
    if (given[name] === undefined) continue;
    values[name] = given[name];
    where.push(condition);
  }
  const text = `${select} WHERE ${where.join(' AND ')} ORDER BY id`;
  return limit === undefined
    ? { text, values }
    : { text: `${text} LIMIT :limit`, values: { ...values, limit } };
}
