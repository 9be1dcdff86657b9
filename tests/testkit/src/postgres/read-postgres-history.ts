import { checkChain, type History } from '../history.ts';
import { queryDatabase } from '../query-database.ts';

// One statement: one snapshot. As JSON the numbers are numbers.
const READ = `SELECT
  (SELECT coalesce(json_agg(row_to_json(p) ORDER BY id), '[]') FROM (
    SELECT id, part_number, name, status, version, retired_at FROM parts) p) AS parts,
  (SELECT coalesce(json_agg(row_to_json(e) ORDER BY id), '[]') FROM (
    SELECT id, part_id, kind, old_status, new_status, version, coalesce(changes, '{}') AS changes,
      request_id FROM audit_entries) e) AS audit`;

/**
 * Reads a PostgreSQL database without the product, as of one moment.
 *
 * @throws Error when the history is torn: see {@link checkChain}
 */
export async function readPostgresHistory(url: string): Promise<History> {
  const [history] = await queryDatabase<History>(url, READ);
  if (!history) throw new Error('no history was read');
  checkChain(history);
  return history;
}
