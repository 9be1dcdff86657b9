import { once } from 'node:events';
import type { LaunchedProcess } from './launch.ts';

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
 * Asks a server that was launched with `isProbed`.
 *
 * @throws Error when its event loop does not get round to an answer
 */
export async function readVitals({ child }: Pick<LaunchedProcess, 'child'>): Promise<Vitals> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(LIMIT) });
  child.send('vitals');
  const [vitals] = await answer;
  return vitals;
}
