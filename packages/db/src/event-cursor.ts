import type { EventCursor } from '@parts/core';
import { type DrizzleDatabase, eq, sql } from './drizzle.ts';
import type { GroupCommit } from './group-commit.ts';
import { auditGeneration, eventCursor } from './schema.ts';
import { read } from './storage-error.ts';

/** Implements the port that keeps the event handler's place. */
export function createEventCursor(db: DrizzleDatabase, groupCommit: GroupCommit): EventCursor {
  const select = db
    .select({ generation: auditGeneration.name, id: eventCursor.audit_id })
    .from(eventCursor)
    .innerJoin(auditGeneration, sql`true`)
    .prepare();
  const selectGeneration = db
    .select()
    .from(auditGeneration)
    .where(eq(auditGeneration.name, sql.placeholder('generation')))
    .prepare();
  // Two processes may both handle events: the place never goes back.
  const update = db
    .update(eventCursor)
    .set({ audit_id: sql`max(${eventCursor.audit_id}, ${sql.placeholder('id')})` })
    .prepare();

  return {
    load: async () => read(() => select.get() ?? { generation: '', id: 0 }),
    save: ({ generation, id }) =>
      groupCommit.run(() => {
        if (selectGeneration.get({ generation })) update.run({ id });
      }),
  };
}
