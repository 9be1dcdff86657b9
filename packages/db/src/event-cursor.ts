import type { EventCursor } from '@parts/core';
import { prepareDirect } from './direct-statement.ts';
import { type DrizzleDatabase, eq, sql } from './drizzle.ts';
import type { GroupCommit } from './group-commit.ts';
import { auditEntries, auditGeneration, eventCursor } from './schema.ts';
import { read } from './storage-error.ts';

/** Implements the port that keeps the event handler's place. */
export function createEventCursor(db: DrizzleDatabase, groupCommit: GroupCommit): EventCursor {
  // A place beyond the end is none: it would skip the entries that are still to come.
  const kept = sql<number>`iif(
    ${eventCursor.audit_id} <= (SELECT max(${auditEntries.id}) FROM ${auditEntries}),
    ${eventCursor.audit_id}, 0)`;
  const select = db
    .select({ generation: auditGeneration.name, id: kept })
    .from(eventCursor)
    .innerJoin(auditGeneration, sql`true`)
    .prepare();
  const selectGeneration = db
    .select()
    .from(auditGeneration)
    .where(eq(auditGeneration.name, sql.placeholder('generation')))
    .prepare();
  // Two processes may both handle events: the place never goes back.
  const update = prepareDirect(
    db,
    db.update(eventCursor).set({ audit_id: sql`max(${kept}, ${sql.placeholder('id')})` }),
  );

  return {
    load: async () => read(() => select.get() ?? { generation: '', id: 0 }),
    save: ({ generation, id }) =>
      groupCommit.run(() => {
        if (selectGeneration.get({ generation })) update.run({ id });
      }),
  };
}
