import { setImmediate } from 'node:timers/promises';
import type { PartsFilter, PartsService } from '@parts/core';
import { answer, answerJson } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { MAX_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';

/** Lists that may be streamed at a time. Each holds a snapshot, with 4 MB, until its client has read it. */
export const MAX_STREAMED_LISTS = 64;

const JSON_TYPE = { 'Content-Type': 'application/json' };

const encoder = new TextEncoder();

/** Answers with all parts. A list of usual size is built whole; a larger one is streamed. */
export function createAllPartsAnswer(parts: PartsService) {
  let streamedLists = 0;

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
    const { items, next } = await parts.listParts({ ...filter, limit: MAX_LIMIT });
    if (next === undefined) return answerJson(c, items);
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
