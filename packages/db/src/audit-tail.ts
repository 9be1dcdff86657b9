import type { AuditPosition, AuditTail } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { createAuditReader } from './audit-reader.ts';
import type { CommitSignal } from './commit-signal.ts';
import { type DrizzleDatabase, max } from './drizzle.ts';
import { auditEntries, auditGeneration } from './schema.ts';
import { read } from './storage-error.ts';

/** Implements the port to follow the audit. */
export function createAuditTail(
  sqlite: Database,
  db: DrizzleDatabase,
  commits: CommitSignal,
): AuditTail {
  const selectGeneration = db.select().from(auditGeneration).prepare();
  const selectLastId = db
    .select({ value: max(auditEntries.id) })
    .from(auditEntries)
    .prepare();
  const auditReader = createAuditReader(db);

  const findEnd = sqlite.transaction(() => ({
    generation: selectGeneration.get()?.name ?? '',
    id: selectLastId.get()?.value ?? 0,
  }));

  // One transaction, so that generation and entries belong together whatever another process does.
  const readAfter = sqlite.transaction((position: AuditPosition, limit: number) => {
    const { generation, id } = findEnd();
    const isReset = position.generation !== generation || position.id > id;
    const after = isReset ? 0 : position.id;
    const entries = auditReader.list({ after, limit });
    return { entries, position: { generation, id: entries.at(-1)?.id ?? after }, isReset };
  });

  return {
    findEnd: async () => read(() => findEnd()),
    readAfter: async (position, limit) => read(() => readAfter(position, limit)),
    onCommit: (listener) => commits.listen(listener),
  };
}
