import type { Hono } from 'hono';
import { type ApplyGlobalResponse, type ClientRequestOptions, hc } from 'hono/client';
import type { listEndpoints } from './app.ts';
import type { AppEnvironment } from './context.ts';
import type { ClientSchema } from './endpoint/client-schema.ts';
import type { documentEndpoints } from './openapi/document-endpoints.ts';
import type { ProblemDetails } from './problem/problem-details.ts';
import type { PROBLEMS, ProblemCode } from './problem/problems.ts';

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

type ApiEndpoint = ReturnType<typeof listEndpoints | typeof documentEndpoints>[number];

type Api = Hono<AppEnvironment, ClientSchema<ApiEndpoint, { readonly 'X-Request-Id'?: string }>>;

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
