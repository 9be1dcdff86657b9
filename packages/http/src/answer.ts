import type { TypedResponse } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { AppContext } from './context.ts';

type AnswerHeaders = Readonly<Record<string, string>>;

/** Sets a header of the answer, whoever gives it later. */
export function setHeader(c: AppContext, name: string, value: string): void {
  c.get('headers')[name] = value;
}

/**
 * Gives an answer, with the headers that were set before. It stands for Hono's `c.body` and
 * `c.header`, which make a `Headers` object that the adapter for Node takes apart again: with
 * them a GET takes 1.20 of the floor's CPU time instead of 1.07, and the mark is 1.15.
 */
export function answer<Status extends StatusCode>(
  c: AppContext,
  status: Status,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream | null,
  headers: AnswerHeaders = {},
): Response & TypedResponse<unknown, Status, 'body'> {
  const response = new Response(body, { status, headers: { ...c.get('headers'), ...headers } });
  return response as Response & TypedResponse<unknown, Status, 'body'>;
}

/** Answers with JSON, in place of Hono's `c.json`. */
export function answerJson<const T>(
  c: AppContext,
  value: T,
  headers: AnswerHeaders = {},
): Response & TypedResponse<T, 200, 'json'> {
  const response: Response = answer(c, 200, JSON.stringify(value), {
    'Content-Type': 'application/json',
    ...headers,
  });
  return response as Response & TypedResponse<T, 200, 'json'>;
}
