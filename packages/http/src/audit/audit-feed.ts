import type { AuditLog, AuditPosition } from '@parts/core';
import { formatEventId, formatEvents } from './server-sent-events.ts';
import { createTurnQueue } from './turn-queue.ts';

/** Entries that are read, and at most sent, at a time. */
const CHUNK_SIZE = 100;

/** Chunks kept for other feeds at the same position; more than a few means that none is shared. */
const MAX_SHARED_CHUNKS = 16;

/**
 * Writes to all feeds together, at most, in a second; commits that come faster share them.
 * So many take a third of a core, however many feeds are open and however often is committed.
 */
const MAX_WRITES_PER_SECOND = 10_000;

/** Feeds that are served in one turn of the event loop: 0.5 ms, in which nothing else is. */
const MAX_FEEDS_PER_TURN = 25;

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(': heartbeat\n\n');
/** Proxies pass the headers on with the first bytes only. A client that comes back before the first event goes on from the same place. */
const formatOpening = (from: AuditPosition) =>
  encoder.encode(`: open\nid: ${formatEventId(from)}\n\n`);

/** The source and the limits of the feeds. */
export interface AuditFeedsOptions {
  readonly audit: Pick<AuditLog, 'readAfter' | 'onCommit'>;
  /** Feeds that may be open at a time. */
  readonly maxFeeds: number;
  /** Milliseconds between two signs of life on a quiet feed. */
  readonly heartbeatInterval: number;
}

/** The live feeds of the audit as server-sent events (WHATWG HTML, section 9.2). */
export interface AuditFeeds {
  /**
   * A stream of all entries after a position, and then of each entry once it is committed.
   * Undefined when too many feeds are open. A reader that is slow holds nothing here but
   * its position: the entries are read from the table when it asks for more.
   *
   * @param isAllowed is asked before each event; once it says no, the feed ends
   */
  open(from: AuditPosition, isAllowed: () => boolean): ReadableStream<Uint8Array> | undefined;
  count(): number;
  /** Ends those feeds that are no longer allowed, also when nothing is committed. */
  recheck(): void;
  /** Ends all feeds, after the entries that are committed already. Clients come back by themselves. */
  close(): void;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly position: AuditPosition;
}

type WakeReason = 'commit' | 'heartbeat' | 'check';

/** The feeds of one audit. All that is open is fed by one listener and one timer. */
export function createAuditFeeds(options: AuditFeedsOptions): AuditFeeds {
  const { audit, maxFeeds, heartbeatInterval } = options;
  const sharedChunks = new Map<string, Promise<Chunk>>();
  const takeTurn = createTurnQueue(MAX_FEEDS_PER_TURN);
  let wake = Promise.withResolvers<WakeReason>();
  let stopListening: (() => void) | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let nextCommitWake: NodeJS.Timeout | undefined;
  let wokenAt = 0;
  let openFeeds = 0;
  let isClosed = false;

  function wakeAll(reason: WakeReason): void {
    clearTimeout(nextCommitWake);
    nextCommitWake = undefined;
    wokenAt = performance.now();
    sharedChunks.clear();
    const waiting = wake;
    wake = Promise.withResolvers();
    waiting.resolve(reason);
  }

  function wakeAfterCommit(): void {
    if (nextCommitWake) return;
    const pause = wokenAt - performance.now() + (openFeeds / MAX_WRITES_PER_SECOND) * 1000;
    if (pause <= 0) wakeAll('commit');
    else nextCommitWake = setTimeout(() => wakeAll('commit'), pause);
  }

  function register(): void {
    if (openFeeds === 0) {
      stopListening = audit.onCommit(wakeAfterCommit);
      heartbeat = setInterval(() => wakeAll('heartbeat'), heartbeatInterval);
    }
    openFeeds += 1;
  }

  function unregister(): void {
    openFeeds -= 1;
    if (openFeeds > 0) return;
    // Commits are not heard of from here on, and a chunk would hide them from the next feed.
    sharedChunks.clear();
    stopListening?.();
    clearInterval(heartbeat);
    clearTimeout(nextCommitWake);
    nextCommitWake = undefined;
  }

  /** Feeds that are up to date stand at the same position: one of them reads for all. */
  function readChunk(from: AuditPosition): Promise<Chunk> {
    const key = formatEventId(from);
    const shared = sharedChunks.get(key);
    if (shared) return shared;
    const chunk = audit.readAfter(from, CHUNK_SIZE).then((batch) => ({
      bytes: encoder.encode(formatEvents(batch)),
      position: batch.position,
    }));
    if (sharedChunks.size >= MAX_SHARED_CHUNKS) sharedChunks.clear();
    sharedChunks.set(key, chunk);
    chunk.catch(() => sharedChunks.delete(key));
    return chunk;
  }

  return {
    count: () => openFeeds,

    recheck: () => wakeAll('check'),

    close() {
      isClosed = true;
      wakeAll('check');
    },

    open(from, isAllowed) {
      if (isClosed || openFeeds >= maxFeeds) return undefined;
      register();
      let position = from;
      let isCancelled = false;

      async function pull(controller: ReadableStreamDefaultController<Uint8Array>) {
        let reason: WakeReason = 'commit';
        while (!isCancelled) {
          const nextWake = wake.promise;
          const chunk = await readChunk(position);
          if (isCancelled) return;
          if (!isAllowed() || (isClosed && chunk.bytes.length === 0)) {
            unregister();
            controller.close();
            return;
          }
          if (chunk.bytes.length > 0) {
            position = chunk.position;
            controller.enqueue(chunk.bytes);
            return;
          }
          if (reason === 'heartbeat') {
            controller.enqueue(HEARTBEAT);
            return;
          }
          reason = await nextWake;
          await takeTurn();
        }
      }

      return new ReadableStream(
        {
          start: (controller) => controller.enqueue(formatOpening(from)),
          pull: (controller) =>
            pull(controller).catch((error: unknown) => {
              unregister();
              throw error;
            }),
          cancel() {
            isCancelled = true;
            unregister();
          },
        },
        // Nothing is read ahead of the client.
        { highWaterMark: 0 },
      );
    },
  };
}
