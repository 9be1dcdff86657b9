import { PART_STATUSES } from '@parts/core';
import { check, index, integer, sql, sqliteTable, text, unique } from './drizzle.ts';

const allowedStatuses = sql.raw(PART_STATUSES.map((status) => `'${status}'`).join(', '));

export const parts = sqliteTable(
  'parts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    part_number: text().notNull().unique(),
    name: text().notNull(),
    description: text().notNull(),
    status: text({ enum: PART_STATUSES }).notNull(),
    version: integer().notNull().default(1),
    created_at: text().notNull(),
    updated_at: text().notNull(),
  },
  (table) => [
    index('parts_by_status').on(table.status, table.id),
    check('parts_status', sql`${table.status} IN (${allowedStatuses})`),
    check('parts_version', sql`${table.version} >= 1`),
  ],
);

export const auditEntries = sqliteTable(
  'audit_entries',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    part_id: integer()
      .notNull()
      .references(() => parts.id),
    old_status: text({ enum: PART_STATUSES }).notNull(),
    new_status: text({ enum: PART_STATUSES }).notNull(),
    version: integer().notNull(),
    reason: text(),
    request_id: text(),
    changed_at: text().notNull(),
  },
  (table) => [
    unique().on(table.part_id, table.version),
    check('audit_old_status', sql`${table.old_status} IN (${allowedStatuses})`),
    check('audit_new_status', sql`${table.new_status} IN (${allowedStatuses})`),
    check('audit_version', sql`${table.version} >= 2`),
  ],
);

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    id: integer().primaryKey(),
    part_id: integer()
      .notNull()
      .references(() => parts.id),
    key: text().notNull(),
    fingerprint: text().notNull(),
    result: text().notNull(),
    created_at: text().notNull(),
  },
  (table) => [unique().on(table.part_id, table.key)],
);

export const auditGeneration = sqliteTable('audit_generation', {
  name: text().notNull(),
});

export const eventCursor = sqliteTable('event_cursor', {
  audit_id: integer().notNull(),
});
