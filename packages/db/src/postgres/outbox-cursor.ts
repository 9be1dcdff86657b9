import type { AuditPosition, OutboxCursor } from '@parts/core';
import type { WritePorts } from '../writes/write-ports.ts';
import { KEPT_CURSOR } from './queries.ts';
import type { Readers } from './readers.ts';

const SELECT = `SELECT epoch, ${KEPT_CURSOR} AS id FROM event_cursor CROSS JOIN audit_head`;

/** Implements the port that keeps the place of the outbox relay. */
export function createOutboxCursor(
  readers: Readers,
  writes: WritePorts['outboxCursor'],
): OutboxCursor {
  return {
    ...writes,
    async load() {
      const query = { name: 'cursor', text: SELECT, values: [] };
      const [position] = await readers.query<AuditPosition>(query);
      return position ?? { epoch: '', id: 0 };
    },
  };
}
