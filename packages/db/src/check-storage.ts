import type { Storage } from '@parts/core';
import { describeGap, findBreak } from './find-break.ts';

/** Entries that are read at a time. */
const BATCH = 1000;

/**
 * Checks what a storage holds, also beside running servers: that ids have no gaps, that the
 * entries of each part are a chain, and that each part is what its entries say.
 *
 * @returns what is wrong, up to 100 findings; nothing when the storage is sound
 * @throws PartsError `storage_…`
 */
export async function checkStorage(storage: Pick<Storage, 'parts' | 'audit'>): Promise<string[]> {
  const faults: string[] = [];
  const begin = await storage.audit.findEnd();
  for await (const fault of findFaults(storage)) {
    faults.push(fault);
    if (faults.length === 100) break;
  }
  const { epoch } = await storage.audit.findEnd();
  return epoch === begin.epoch ? faults : ['a reset came meanwhile: check again'];
}

async function* findFaults({ parts, audit }: Pick<Storage, 'parts' | 'audit'>) {
  let last = 0;
  for (;;) {
    const entries = await audit.list({ after: last, limit: BATCH });
    for (const { id } of entries) {
      if (id !== last + 1) yield describeGap(last, id);
      last = id;
    }
    if (entries.length < BATCH) break;
  }
  for await (const batch of parts.stream({ retired: 'any' })) {
    const histories = await Promise.all(
      // Servers may have changed the part since it was read.
      batch.map(({ id, version }) => audit.listOfPart(id, { after: version + 1 })),
    );
    for (const [index, part] of batch.entries()) {
      const fault = findBreak(part, histories[index] ?? []);
      if (fault) yield `part ${part.id}: ${fault}`;
    }
  }
}
