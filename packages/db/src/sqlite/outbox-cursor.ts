import type { OutboxCursor } from '@parts/core';
import type { Database } from 'better-sqlite3';
import type { WritePorts } from '../writes/write-ports.ts';
import { db, sql } from './drizzle.ts';
import { describe } from './query.ts';
import type { GroupRead } from './reader/group-read.ts';
import { auditEntries, epoch, eventCursor } from './schema.ts';
import { prepare } from './statement.ts';

/** The place of the outbox. One beyond the end is none: it would skip the entries that are still to come. */
export const keptCursor = sql<number>`iif(
  ${eventCursor.audit_id} <= (SELECT max(${auditEntries.id}) FROM ${auditEntries}),
  ${eventCursor.audit_id}, 0)`;

const SELECT = describe(
  db
    .select({ epoch: sql<string>`${epoch.name}`.as('epoch'), id: keptCursor.as('id') })
    .from(eventCursor)
    .innerJoin(epoch, sql`true`),
);

/** Implements the port that keeps the place of the outbox relay. */
export function createOutboxCursor(
  sqlite: Database,
  groupRead: GroupRead,
  writes: WritePorts['outboxCursor'],
): OutboxCursor {
  const select = prepare(sqlite, SELECT);
  return {
    ...writes,
    load: () => groupRead.run(() => select.get({}) ?? { epoch: '', id: 0 }),
  };
}
