import { setImmediate } from 'node:timers/promises';
import type { PartsFilter, PartsPage, PartsService } from '@parts/core';
import { answer } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { formatListTag } from '../inputs/entity-tag.ts';
import { MAX_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';

/** Lists that may be streamed at a time. Each holds a snapshot, with 4 MB, until its client has read it. */
export const MAX_STREAMED_LISTS = 64;

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

  async function* encodeJsonArray(filter: PartsFilter) {
    streamedLists += 1;
    try {
      let separator = '[';
      for await (const batch of parts.streamParts(filter)) {
        yield encoder.encode(separator + JSON.stringify(batch).slice(1, -1));
        separator = ',';
        // A client that reads as fast as the server writes would keep the event loop from all others.
        await setImmediate();
      }
      yield encoder.encode(separator === '[' ? '[]' : ']');
    } finally {
      streamedLists -= 1;
    }
  }

  return async function answerAllParts(c: AppContext, filter: PartsFilter) {
    const { status = '', retired = false } = filter;
    const name = `${status} ${retired}`;
    let list = await findKept(name);
    if (!list) {
      const page = await parts.listParts({ ...filter, limit: MAX_LIMIT });
      if (page.next === undefined) list = encode(name, page);
    }
    if (list) return answer(c, 200, list.body, { ...JSON_TYPE, ETag: list.tag });
    // Its stream would never be read or ended.
    if (c.req.method === 'HEAD') return answer(c, 200, null, JSON_TYPE);
    if (streamedLists >= MAX_STREAMED_LISTS) {
      throw new ProblemError('lists_exhausted');
    }
    return answer(c, 200, await startStream(encodeJsonArray(filter)), JSON_TYPE);
  };
}

/** Makes the first chunk before the answer begins: what fails there can still become a problem. */
async function startStream(chunks: AsyncGenerator<Uint8Array>): Promise<ReadableStream> {
  const first = await chunks.next();
  return new ReadableStream(
    {
      start: (controller) => controller.enqueue(first.value),
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
