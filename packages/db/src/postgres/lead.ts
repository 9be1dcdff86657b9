import { randomUUID } from 'node:crypto';
import type { EndOfWork } from '@parts/core';
import type { Readers } from './readers.ts';

/** Milliseconds for which a lease holds. One that its owner does not renew is free then. */
const LEASE = 6000;

/** Milliseconds between two tries to get the lease or renew it. */
const INTERVAL = 1500;

/** Milliseconds before the end of its lease in which a leader ends its work. */
const MARGIN = 1500;

// By the clock of the database: those of the servers may differ.
const CLAIM = `UPDATE event_lease SET owner = $1::uuid, valid_until = now() + $2::int * interval '1 ms'
  WHERE owner IS NULL OR owner = $1::uuid OR valid_until < now() RETURNING true`;

const GIVE_UP = 'UPDATE event_lease SET owner = NULL WHERE owner = $1::uuid';

/** Lets one opening work at a time, by a lease; see `Storage.lead`. */
export function lead(readers: Readers, begin: () => EndOfWork): EndOfWork {
  const owner = randomUUID();
  let endWork: EndOfWork | undefined;
  let ending: Promise<void> = Promise.resolve();
  let isGivenUp = false;
  let next: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;

  function lose(): Promise<void> {
    clearTimeout(expiry);
    if (endWork) ending = endWork();
    endWork = undefined;
    return ending;
  }

  async function claim(): Promise<void> {
    const askedAt = performance.now();
    try {
      const rows = await readers.query({ name: 'claim', text: CLAIM, values: [owner, LEASE] });
      const left = askedAt + LEASE - MARGIN - performance.now();
      // Work that is ending ends before it begins again.
      if (rows.length === 0 || left <= 0) return await lose();
      await ending;
      clearTimeout(expiry);
      expiry = setTimeout(lose, left).unref();
      if (!isGivenUp) endWork ??= begin();
    } catch {
      // The lease runs out by itself, and the next try may succeed.
    }
  }

  let claiming: Promise<void>;

  function goOn(): void {
    claiming = claim().then(() => {
      if (!isGivenUp) next = setTimeout(goOn, INTERVAL).unref();
    });
  }
  goOn();

  return async () => {
    isGivenUp = true;
    clearTimeout(next);
    await claiming;
    await lose();
    // When that fails, the lease runs out.
    await readers.query({ name: 'give up', text: GIVE_UP, values: [owner] }).catch(() => {});
  };
}
