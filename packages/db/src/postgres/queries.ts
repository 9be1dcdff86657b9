import { LAST_ENTRY, type ListQuery } from '../queries.ts';
import type { Query } from './connection.ts';

export const END: Query = {
  name: 'end',
  text: `SELECT epoch, ${LAST_ENTRY} AS id FROM audit_head WHERE one`,
  values: [],
};

/** The prepared statement of each text. There are as many as filters have shapes. */
const statements = new Map<string, Pick<Query, 'name' | 'text'>>();

/** A list query as PostgreSQL takes it, with numbers for the names of its values. */
export function toQuery({ text, values }: ListQuery): Query {
  const names = Object.keys(values);
  const statement = statements.get(text) ?? {
    name: `list ${statements.size}`,
    text: text.replaceAll(/:(\w+)/g, (_, name) => `$${names.indexOf(name) + 1}`),
  };
  statements.set(text, statement);
  return { ...statement, values: Object.values(values) };
}
