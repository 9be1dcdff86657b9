import { queryDatabase } from '@parts/testkit';
import type { DatabaseSize } from './prepared-database.ts';

/**
 * Gives a database that the server has prepared its size, and leaves it as PostgreSQL's own upkeep would
 * after a while. Each part gets the same number of changes, to its own status.
 */
export async function fillPostgres(url: string, { parts, auditEntries }: DatabaseSize) {
  // As a replica the triggers stand aside: they guard changes one by one.
  await queryDatabase(
    url,
    `SET session_replication_role = replica;
    DELETE FROM parts;
    INSERT INTO parts (id, part_number, name, description, status, version, created_at, updated_at)
      SELECT id, 'GEN-' || lpad(id::text, 7, '0'), 'Generated part ' || id,
        'One of many parts that fill the table of a benchmark', 'Draft',
        1 + (${auditEntries} + ${parts} - id) / ${parts}, '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z'
      FROM generate_series(1, ${parts}) AS id;
    INSERT INTO audit_entries (id, part_id, kind, old_status, new_status, version, request_id, changed_at)
      SELECT id, 1 + (id - 1) % ${parts}, 'status_changed', 'Draft', 'Draft', 2 + (id - 1) / ${parts},
        'bench-' || lpad(id::text, 12, '0'), '2026-01-05T09:00:00.000Z'
      FROM generate_series(1, ${auditEntries}) AS id`,
  );
  await queryDatabase(url, 'VACUUM ANALYZE');
  await queryDatabase(url, 'CHECKPOINT');
}
