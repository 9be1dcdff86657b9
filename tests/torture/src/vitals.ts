import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokenPromise } from './broken-promise.ts';
import type { ServerProcess } from './server-process.ts';

/** How long a server may take to tell about itself, in milliseconds. */
const LIMIT = 30_000;

/** What a server process tells about itself. */
export interface Vitals {
  /** Milliseconds by which its event loop came late since the last look. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Bytes that are in use after a garbage collection, inside and outside of the heap. */
  readonly memory: number;
  /** Bytes that the operating system has given it. */
  readonly rss: number;
  /** Open files and sockets. */
  readonly descriptors: number;
}

/**
 * Asks a server that was started with `probed`.
 *
 * @throws BrokenPromise when its event loop does not get round to an answer
 */
export async function readVitals({ child }: ServerProcess): Promise<Vitals> {
  const limit = new AbortController();
  const answer = once(child, 'message', { signal: limit.signal }) as Promise<[Vitals]>;
  child.send('vitals');
  const late = delay(LIMIT, undefined, { ref: false }).then(() => {
    limit.abort();
    throw new BrokenPromise(`the event loop turns within ${LIMIT} ms`, 'it stands still');
  });
  const [vitals] = await Promise.race([answer, late]);
  return vitals;
}

/** For the report. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
