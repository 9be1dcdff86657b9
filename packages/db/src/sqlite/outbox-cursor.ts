import type { AuditPosition, OutboxCursor } from '@parts/core';
import type { Database } from 'better-sqlite3';
import { KEPT_CURSOR } from '../queries.ts';
import type { WritePorts } from '../writes/write-ports.ts';
import type { GroupRead } from './reader/group-read.ts';
import { prepare } from './statement.ts';

/** Implements the port that keeps the place of the outbox relay. */
export function createOutboxCursor(
  sqlite: Database,
  groupRead: GroupRead,
  writes: WritePorts['outboxCursor'],
): OutboxCursor {
  const select = prepare<AuditPosition>(
    sqlite,
    `SELECT name AS epoch, ${KEPT_CURSOR} AS id FROM event_cursor JOIN epoch`,
  );
  return {
    ...writes,
    load: () => groupRead.run(() => select.get() ?? { epoch: '', id: 0 }),
  };
}
