import { createHash } from 'node:crypto';
import {
  type AuditLog,
  type AuditPosition,
  hashAudit,
  type Part,
  restoreVersion,
  type Storage,
} from '@parts/core';
import type { OpenedStorage } from './open-storage.ts';
import { UNFINISHED } from './unfinished-copy.ts';

/** Entries that are written in one transaction. */
const BATCH = 1000;

/** A copy can't be made, or is not what it should be. The message says why. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

/** What two storages are equal in after a copy. */
export interface CopiedStorage extends AuditPosition {
  /** SHA-256 of the audit in its canonical form, and of all parts. */
  readonly sha256: string;
}

/**
 * Copies parts, audit, epoch and the place of the events to a new storage of either engine. The audit is
 * replayed: the guards of the target hold for each entry as for a change. Idempotency keys are not copied.
 * Until the comparison at the end the target has an epoch with which it can't be opened.
 *
 * @param openTarget opens the new storage, with the parts that it begins with
 * @throws CopyError when the target is not new, the source changes meanwhile, or they differ at the end
 */
export async function copyStorage(
  source: Storage,
  openTarget: (seed: readonly Part[]) => Promise<OpenedStorage>,
): Promise<CopiedStorage> {
  const end = await source.audit.findEnd();
  const target = await openTarget(await readFirstVersions(source));
  try {
    if (target.schemaUpdate.migratedFrom > 0) {
      throw new CopyError('the target is in use: a copy needs a new database');
    }
    await target.replay(UNFINISHED, []);
    for (let id = 0; id < end.id; ) {
      const limit = Math.min(BATCH, end.id - id);
      const { entries, position, isReset } = await source.audit.readAfter({ ...end, id }, limit);
      if (isReset) break;
      await target.replay(UNFINISHED, entries);
      id = position.id;
    }
    const cursor = await source.outboxCursor.load();
    await target.outboxCursor.save({ epoch: UNFINISHED, id: cursor.id });
    const { epoch, id } = await source.audit.findEnd();
    if (epoch !== end.epoch || id !== end.id) {
      throw new CopyError(
        'the source changed meanwhile: stop its servers, and copy to another target',
      );
    }
    const sha256 = await digest(source);
    const copied: Content['audit'] = {
      findEnd: async () => ({ epoch, id: (await target.audit.findEnd()).id }),
      readAfter: (at, limit) => target.audit.readAfter({ ...at, epoch: UNFINISHED }, limit),
    };
    if ((await digest({ parts: target.parts, audit: copied })) !== sha256) {
      throw new CopyError('the copy differs from its source');
    }
    await target.replay(epoch, []);
    return { ...end, sha256 };
  } finally {
    await target.close();
  }
}

/** The parts that no entry created, as they were before their first one. */
async function readFirstVersions({ parts, audit }: Storage): Promise<readonly Part[]> {
  const seed: Part[] = [];
  async function readFirst(part: Part) {
    const history = await audit.listOfPart(part.id, {});
    return history.at(-1)?.kind === 'part_created' ? [] : restoreVersion(part, 1, history);
  }
  for await (const batch of parts.stream({ retired: 'any' })) {
    seed.push(...(await Promise.all(batch.map(readFirst))).flat());
  }
  return seed;
}

interface Content extends Pick<Storage, 'parts'> {
  readonly audit: Pick<AuditLog, 'findEnd' | 'readAfter'>;
}

async function digest({ parts, audit }: Content): Promise<string> {
  const hash = createHash('sha256');
  await hashAudit(audit, hash);
  for await (const batch of parts.stream({ retired: 'any' })) {
    for (const part of batch) {
      hash.update(`${JSON.stringify(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))}\n`);
    }
  }
  return hash.digest('hex');
}
