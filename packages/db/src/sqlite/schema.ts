import { ENTRY_KINDS, PART_STATUSES } from '@parts/core';
import { index, integer, sqliteTable, text, unique } from './drizzle.ts';

export const statuses = sqliteTable('statuses', {
  name: text({ enum: PART_STATUSES }).primaryKey(),
});

const status = () => text({ enum: PART_STATUSES }).references(() => statuses.name);

export const parts = sqliteTable(
  'parts',
  {
    id: integer().primaryKey(),
    part_number: text().notNull().unique(),
    name: text().notNull(),
    description: text().notNull(),
    status: status().notNull(),
    version: integer().notNull().default(1),
    created_at: text().notNull(),
    updated_at: text().notNull(),
    retired_at: text(),
  },
  (table) => [index('parts_by_status').on(table.status, table.id)],
);

export const auditEntries = sqliteTable(
  'audit_entries',
  {
    id: integer().primaryKey(),
    part_id: integer()
      .notNull()
      .references(() => parts.id),
    kind: text({ enum: ENTRY_KINDS }).notNull(),
    old_status: status(),
    new_status: status().notNull(),
    version: integer().notNull(),
    changes: text(),
    actor: text(),
    reason: text(),
    request_id: text(),
    changed_at: text().notNull(),
  },
  (table) => [unique().on(table.part_id, table.version)],
);

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    audit_id: integer().primaryKey(),
    part_id: integer().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    created_at: text().notNull(),
  },
  (table) => [unique().on(table.part_id, table.key)],
);

export const epoch = sqliteTable('epoch', {
  name: text().notNull(),
});

export const eventCursor = sqliteTable('event_cursor', {
  audit_id: integer().notNull(),
});
