import { setImmediate } from 'node:timers/promises';
import type { PartsFilter, PartsService } from '@parts/core';
import type { Context } from 'hono';
import { answer, answerJson } from './answer.ts';
import type { AppEnvironment } from './environment.ts';
import { MAX_LIMIT } from './page-query.ts';

const encoder = new TextEncoder();

/** Answers with all parts. A list of usual size is built whole; a larger one is streamed. */
export async function answerAllParts(
  c: Context<AppEnvironment>,
  parts: PartsService,
  filter: PartsFilter,
) {
  const { items, next } = await parts.listParts({ ...filter, limit: MAX_LIMIT });
  if (next === undefined) return answerJson(c, items);
  const json = ReadableStream.from(encodeJsonArray(parts.walkParts(filter)));
  return answer(c, 200, json, { 'Content-Type': 'application/json' });
}

async function* encodeJsonArray(stretches: AsyncIterable<readonly unknown[]>) {
  let separator = '[';
  for await (const stretch of stretches) {
    yield encoder.encode(separator + JSON.stringify(stretch).slice(1, -1));
    separator = ',';
    // A client that reads as fast as we write would keep the event loop from everybody else.
    await setImmediate();
  }
  yield encoder.encode(separator === '[' ? '[]' : ']');
}
