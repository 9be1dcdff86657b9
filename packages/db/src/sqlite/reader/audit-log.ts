import type { AuditBatch, AuditLog, AuditPosition } from '@parts/core';
import type { CommitSignal } from '../commit-signal.ts';
import { type DrizzleDatabase, max } from '../drizzle.ts';
import { auditEntries, auditGeneration } from '../schema.ts';
import { createAuditReader } from './audit-reader.ts';
import type { GroupRead } from './group-read.ts';

/** Implements the port for the audit. */
export function createAuditLog(
  db: DrizzleDatabase,
  groupRead: GroupRead,
  commits: CommitSignal,
): AuditLog {
  const selectEpoch = db.select().from(auditGeneration).prepare();
  const selectLastId = db
    .select({ value: max(auditEntries.id) })
    .from(auditEntries)
    .prepare();
  const auditReader = createAuditReader(db);

  function findEnd(): AuditPosition {
    return { epoch: selectEpoch.get()?.name ?? '', id: selectLastId.get()?.value ?? 0 };
  }

  function readAfter(from: AuditPosition, limit: number): AuditBatch {
    const end = findEnd();
    const isReset = from.epoch !== end.epoch || from.id > end.id;
    const after = isReset ? 0 : from.id;
    const entries = auditReader.list({ after, limit });
    const position = { epoch: end.epoch, id: entries.at(-1)?.id ?? after };
    return { entries, position, isReset };
  }

  return {
    list: (range) => groupRead.run(() => auditReader.list(range)),
    listOfPart: (partId, range) => groupRead.run(() => auditReader.listOfPart(partId, range)),
    // A group read is one transaction: epoch and ids belong together whatever another process does.
    findEnd: () => groupRead.run(findEnd),
    readAfter: (position, limit) => groupRead.run(() => readAfter(position, limit)),
    onCommit: (listener) => commits.listen(listener),
  };
}
