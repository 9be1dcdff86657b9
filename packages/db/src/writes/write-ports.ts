import type { AuditEntry, Maintenance, OutboxCursor, PartsRepository } from '@parts/core';
import type { WriteQueue } from './write-queue.ts';

/** The parts of the ports that write, which are the same for every engine: each is a command of the queue. */
export interface WritePorts {
  readonly parts: Pick<PartsRepository, 'change' | 'import'>;
  readonly outboxCursor: Pick<OutboxCursor, 'save'>;
  readonly maintenance: Maintenance;
  /**
   * Writes entries of another storage behind those that are there, in one transaction, and takes over its
   * epoch. The parts follow their entries, which must fit them as those of any change.
   */
  replay(epoch: string, entries: readonly AuditEntry[]): Promise<void>;
}

export function createWritePorts(writes: WriteQueue): WritePorts {
  return {
    parts: {
      async change(change, signal) {
        const result = await writes.run({ kind: 'change', change }, signal);
        if (!result || !('part' in result)) throw new Error('a change without a result');
        return result;
      },
      async import(batch, signal) {
        const report = await writes.run({ kind: 'import', batch }, signal);
        if (!report || !('rows' in report)) throw new Error('an import without a report');
        return report;
      },
    },
    outboxCursor: {
      async save(position) {
        await writes.run({ kind: 'save_cursor', position });
      },
    },
    maintenance: {
      async reset() {
        await writes.run({ kind: 'reset' });
      },
      async checkWritable() {
        await writes.run({ kind: 'check' });
      },
    },
    async replay(epoch, entries) {
      await writes.run({ kind: 'replay', epoch, entries });
    },
  };
}
