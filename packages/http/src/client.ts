import type { Hono } from 'hono';
import { type ApplyGlobalResponse, type ClientRequestOptions, hc } from 'hono/client';
import type { ExtractSchema, MergeSchemaPath } from 'hono/types';
import type { createApp } from './app.ts';
import type { debugRoutes } from './debug-routes.ts';
import type { AppEnvironment } from './environment.ts';
import type { PROBLEMS, ProblemCode, ProblemDetails } from './problem.ts';

type StatusOf<Code extends ProblemCode> = (typeof PROBLEMS)[Code]['status'];

type CodeWith<Status> = {
  [Code in ProblemCode]: StatusOf<Code> extends Status ? Code : never;
}[ProblemCode];

/** A problem that comes with a status, which tells what its code can be. */
export type ProblemWith<Status extends StatusOf<ProblemCode>> = ProblemDetails & {
  readonly status: Status;
  readonly code: CodeWith<Status>;
};

type ProblemAnswers = {
  [Status in StatusOf<ProblemCode>]: { json: ProblemWith<Status> };
};

type DebugSchema = MergeSchemaPath<ExtractSchema<ReturnType<typeof debugRoutes>>, '/debug'>;

/** A list can come as a stream too, of the same JSON or of events; what the client reads is JSON. */
type WithoutStreams<Answers> = [Extract<Answers, { status: 200; outputFormat: 'json' }>] extends [
  never,
]
  ? Answers
  : Exclude<Answers, { status: 200; outputFormat: 'text' }>;

type JsonSchema<Routes> = {
  [Path in keyof Routes]: {
    [Method in keyof Routes[Path]]: WithoutStreams<Routes[Path][Method]>;
  };
};

type Api = Hono<
  AppEnvironment,
  JsonSchema<ExtractSchema<ReturnType<typeof createApp>> & DebugSchema>
>;

/** The routes by path and method. */
export type PartsClient = ReturnType<typeof hc<ApplyGlobalResponse<Api, ProblemAnswers>>>;

export interface PartsClientOptions extends Pick<ClientRequestOptions, 'fetch' | 'init'> {
  /** What the server has as AUTH_TOKEN. */
  readonly token: string;
}

/**
 * A client of the API that knows its routes, and of each its parameters, its body and its
 * answers. `status` tells an answer's success and its problems apart:
 *
 *     const client = createPartsClient('http://localhost:8080', { token });
 *     const response = await client.v1.parts[':id'].$get({ param: { id: 1 } });
 *     if (response.status === 200) console.log((await response.json()).name);
 */
export function createPartsClient(
  baseUrl: string,
  { token, fetch = globalThis.fetch, init = {} }: PartsClientOptions,
): PartsClient {
  const { headers, ...others } = init;
  return hc<ApplyGlobalResponse<Api, ProblemAnswers>>(baseUrl, {
    init: others,
    // In `init` they would take the place of those that a call sets.
    headers: Object.fromEntries(new Headers(headers)),
    async fetch(input: string | URL | Request, request?: RequestInit) {
      const headers = new Headers(request?.headers);
      if (!headers.has('Authorization')) headers.set('Authorization', `Bearer ${token}`);
      return fetch(input, { ...request, headers });
    },
  });
}
