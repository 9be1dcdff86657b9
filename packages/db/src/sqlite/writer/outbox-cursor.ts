import type { OutboxCursor } from '@parts/core';
import { type DrizzleDatabase, eq, sql } from '../drizzle.ts';
import type { GroupRead } from '../reader/group-read.ts';
import { auditEntries, auditGeneration, eventCursor } from '../schema.ts';
import { prepareDirect } from '../statement.ts';
import type { GroupCommit } from './group-commit.ts';

/** Implements the port that keeps the place of the outbox relay. */
export function createOutboxCursor(
  db: DrizzleDatabase,
  groupRead: GroupRead,
  groupCommit: GroupCommit,
): OutboxCursor {
  // A place beyond the end is none: it would skip the entries that are still to come.
  const kept = sql<number>`iif(
    ${eventCursor.audit_id} <= (SELECT max(${auditEntries.id}) FROM ${auditEntries}),
    ${eventCursor.audit_id}, 0)`;
  const select = db
    .select({ epoch: auditGeneration.name, id: kept })
    .from(eventCursor)
    .innerJoin(auditGeneration, sql`true`)
    .prepare();
  const selectEpoch = db
    .select()
    .from(auditGeneration)
    .where(eq(auditGeneration.name, sql.placeholder('epoch')))
    .prepare();
  // Two processes may both relay the outbox: the place never goes back.
  const update = prepareDirect(
    db,
    db.update(eventCursor).set({ audit_id: sql`max(${kept}, ${sql.placeholder('id')})` }),
  );

  return {
    load: () => groupRead.run(() => select.get() ?? { epoch: '', id: 0 }),
    save: ({ epoch, id }) =>
      groupCommit.run(() => {
        if (selectEpoch.get({ epoch })) update.run({ id });
      }),
  };
}
