import { setImmediate } from 'node:timers/promises';
import { type PartsFilter, type PartsPage, type PartsService, partSchema } from '@parts/core';
import { answer } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { answerCsv, encodeCsv } from '../csv/write-csv.ts';
import { formatListTag } from '../inputs/entity-tag.ts';
import { MAX_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { startStream } from '../start-stream.ts';

export const PART_COLUMNS = Object.keys(partSchema.shape);

/** A list of usual size is kept, as encoded, until a part changes: see createAllPartsAnswer. */
const MAX_KEPT_BYTES = 2 ** 20;

const JSON_TYPE = { 'Content-Type': 'application/json' };

const encoder = new TextEncoder();

/**
 * Answers with all parts. A list of usual size is built whole, and kept as long as the position of
 * the audit stays: to read and encode 100 parts takes twice the time of the rest of such a request.
 * A larger one is streamed.
 */
export function createAllPartsAnswer(parts: PartsService) {
  let streamedLists = 0;
  /** The encoded lists of one position, by filter. */
  let kept = { tag: '', bodies: new Map<string, Uint8Array<ArrayBuffer>>() };

  async function findKept(name: string) {
    if (!kept.bodies.has(name)) return undefined;
    const tag = formatListTag(await parts.findPosition());
    const body = kept.tag === tag ? kept.bodies.get(name) : undefined;
    return body && { tag, body };
  }

  function encode(name: string, { items, position }: PartsPage) {
    const list = { tag: formatListTag(position), body: encoder.encode(JSON.stringify(items)) };
    if (kept.tag !== list.tag) kept = { tag: list.tag, bodies: new Map() };
    if (list.body.length <= MAX_KEPT_BYTES) kept.bodies.set(name, list.body);
    return list;
  }

  /** Batches between which others are served, also when a client reads as fast as the server writes. */
  async function* readBatches(filter: PartsFilter) {
    for await (const batch of parts.streamParts(filter)) {
      yield batch;
      await setImmediate();
    }
  }

  async function* encodeJsonArray(filter: PartsFilter) {
    let separator = '[';
    for await (const batch of readBatches(filter)) {
      yield encoder.encode(separator + JSON.stringify(batch).slice(1, -1));
      separator = ',';
    }
    yield encoder.encode(separator === '[' ? '[]' : ']');
  }

  async function* count(chunks: AsyncGenerator<Uint8Array>) {
    streamedLists += 1;
    try {
      yield* chunks;
    } finally {
      streamedLists -= 1;
    }
  }

  /** @returns null for HEAD, whose stream would never be read or ended */
  async function stream(c: AppContext, chunks: AsyncGenerator<Uint8Array>) {
    if (c.req.method === 'HEAD') return null;
    if (streamedLists >= parts.maxStreams) throw new ProblemError('lists_exhausted');
    return startStream(count(chunks));
  }

  return {
    async asJson(c: AppContext, filter: PartsFilter) {
      const name = JSON.stringify(filter);
      let list = await findKept(name);
      if (!list) {
        const page = await parts.listParts({ ...filter, limit: MAX_LIMIT });
        if (page.next === undefined) list = encode(name, page);
      }
      if (list) return answer(c, 200, list.body, { ...JSON_TYPE, ETag: list.tag });
      return answer(c, 200, await stream(c, encodeJsonArray(filter)), JSON_TYPE);
    },

    async asCsv(c: AppContext, filter: PartsFilter) {
      const chunks = encodeCsv(PART_COLUMNS, readBatches(filter));
      return answerCsv(c, 'parts', await stream(c, chunks));
    },
  };
}
