import type { AuditLog } from '@parts/core';
import { createCommitSignal } from './sqlite/commit-signal.ts';
import { createAuditLog } from './sqlite/reader/audit-log.ts';
import { createGroupRead } from './sqlite/reader/group-read.ts';
import { openExisting } from './sqlite/reader/open-existing.ts';

/** An audit that is only read. */
export interface OpenedAudit {
  readonly audit: AuditLog;
  close(): void;
}

/**
 * Opens the audit in a SQLite file to read it, also beside a running server.
 *
 * @throws DatabaseOpenError when there is no file, or its schema is not that of this program
 */
export function openAudit(path: string): OpenedAudit {
  const sqlite = openExisting(path);
  return {
    audit: createAuditLog(sqlite, createGroupRead(sqlite), createCommitSignal(sqlite)),
    close: () => void sqlite.close(),
  };
}
