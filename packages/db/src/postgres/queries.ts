import { type AuditFilter, foldCase, type ListRange, type PartsFilter } from '@parts/core';
import type { Query } from './connection.ts';

// Columns by name: the meaning of `*` changes under a prepared statement when a newer program migrates.
export const PART =
  'id, part_number, name, description, status, version, created_at, updated_at, retired_at';
export const ENTRY =
  'id, part_id, kind, old_status, new_status, version, changes, actor, reason, request_id, changed_at';

/** The id of the last audit entry; 0 when there is none. Ordered, since max() may scan the table. */
export const LAST_ENTRY = 'coalesce((SELECT id FROM audit_entries ORDER BY id DESC LIMIT 1), 0)';

/** The place of the event handler. One beyond the end is none: it would skip the entries that are still to come. */
export const KEPT_CURSOR = `CASE WHEN audit_id <= ${LAST_ENTRY} THEN audit_id ELSE 0 END`;

export const END: Query = {
  name: 'end',
  text: `SELECT epoch, ${LAST_ENTRY} AS id FROM audit_head WHERE one`,
  values: [],
};

/** A range whose end is known, too. */
export interface Stretch extends ListRange {
  /** Leaves out everything behind this number. */
  readonly last?: number | undefined;
}

/** Collects the conditions that a filter has, and their values; statements of one shape share a plan. */
function createConditions() {
  const texts: string[] = [];
  const values: unknown[] = [];
  return {
    values,
    /** @param text with ? for the value */
    add(text: string, value: unknown) {
      values.push(value);
      texts.push(text.replaceAll('?', `$${values.length}`));
    },
    addText: (text: string) => void texts.push(text),
    write: () => texts.join(' AND '),
  };
}

const names = new Map<string, string>();

/** A name for each text. There are as many as filters have shapes. */
function describe(text: string, values: readonly unknown[]): Query {
  const name = names.get(text) ?? `list ${names.size}`;
  names.set(text, name);
  return { name, text, values };
}

/** A query for parts in the order of their ids. */
export function listParts(filter: PartsFilter, { after = 0, last, limit }: Stretch): Query {
  const { status, retired = false, words = [], partNumbers } = filter;
  const { add, addText, write, values } = createConditions();
  add('id > ?::bigint', after);
  if (last !== undefined) add('id <= ?::bigint', last);
  if (status !== undefined) add('status = ?', status);
  if (retired !== 'any') addText(`retired_at IS ${retired ? 'NOT NULL' : 'NULL'}`);
  if (partNumbers) add('lower(part_number) = ANY (?::text[])', partNumbers.map(foldCase));
  for (const word of words) {
    const has = (column: string) => `strpos(lower(${column}), ?) > 0`;
    add(`(${['part_number', 'name', 'description'].map(has).join(' OR ')})`, foldCase(word));
  }
  values.push(limit ?? null);
  const text = `SELECT ${PART} FROM parts WHERE ${write()} ORDER BY id LIMIT $${values.length}::bigint`;
  return describe(text, values);
}

/** A query for audit entries in the order of their ids. */
export function listEntries(filter: AuditFilter, { after = 0, last, limit }: Stretch): Query {
  const { actor, kind, since, until } = filter;
  const { add, write, values } = createConditions();
  add('id > ?::bigint', after);
  if (last !== undefined) add('id <= ?::bigint', last);
  if (actor !== undefined) add('actor = ?', actor);
  if (kind !== undefined) add('kind = ?', kind);
  if (since !== undefined) add('changed_at >= ?', since);
  if (until !== undefined) add('changed_at < ?', until);
  values.push(limit ?? null);
  const text = `SELECT ${ENTRY} FROM audit_entries WHERE ${write()} ORDER BY id LIMIT $${values.length}::bigint`;
  return describe(text, values);
}
