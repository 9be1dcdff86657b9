import type { TypedResponse } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { AppContext } from '../context.ts';
import type { Role } from '../identity/role.ts';
import type { ProblemCode } from '../problem/problems.ts';
import type { Inputs, InputValues, JsonBody } from './input.ts';

/** A successful answer. The schemas describe its headers and, by media type, its content. */
export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  readonly content?: Readonly<Record<string, { readonly schema: z.ZodType }>>;
}

/** A successful answer in JSON. */
export const json = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  headers: NonNullable<Answer['headers']> = {},
) => ({ description, headers, content: { 'application/json': { schema } } });

type Method = 'get' | 'post' | 'patch';
type Answers = Readonly<Record<number, Answer>>;

/** An endpoint; without type arguments, as it is mounted and documented. */
export interface Endpoint<
  M extends Method = Method,
  Path extends string = string,
  Success extends Answers = Answers,
  Params extends Inputs = Inputs,
  Query extends Inputs = Inputs,
  Headers extends Inputs = Inputs,
  Body extends JsonBody = JsonBody,
> {
  readonly method: M;
  /** In Hono's spelling: `/v1/parts/:id`. */
  readonly path: Path;
  readonly operationId: string;
  readonly tag: 'Parts' | 'Audit' | 'Session' | 'Service' | 'Debug';
  readonly summary: string;
  readonly description?: string;
  /**
   * The least that a caller needs, which is checked before the body is read. Default: any token will do.
   * A handler that changes something calls `requireRole` itself, as late as it can.
   */
  readonly role?: Exclude<Role, 'reader'>;
  /** What a request may carry in its path, its query and its headers, by name. */
  readonly params?: Params;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: Body;
  /** By status. */
  readonly answers: Success;
  /** Those that the handler throws; middlewares declare their own. */
  readonly problems?: readonly ProblemCode[];
  handler(
    c: AppContext,
    inputs: InputValues<Params, Query, Headers, Body>,
  ): AnswerOf<Success> | Promise<AnswerOf<Success>>;
}

/** What was sent or read is not to be changed. */
export type DeepReadonly<T> = T extends object
  ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

/** JSON must be of the documented type. What `answer` sends, such as a stream, is not checked here. */
type AnswerOf<Success extends Answers> = number extends keyof Success
  ? Response
  : {
      [Status in Extract<keyof Success, StatusCode>]: Response &
        (TypedResponse<unknown, Status, 'body'> | JsonAnswer<Success[Status], Status>);
    }[Extract<keyof Success, StatusCode>];

type JsonAnswer<Of extends Answer, Status extends StatusCode> = Of['content'] extends {
  'application/json': { schema: infer Schema extends z.ZodType };
}
  ? TypedResponse<DeepReadonly<z.output<Schema>>, Status, 'json'>
  : never;

/**
 * Declares an endpoint. Its route, its operation in the API document and the types of the client
 * derive from this one object.
 */
export function endpoint<
  const M extends Method,
  const Path extends string,
  Success extends Answers,
  Params extends Inputs = Record<never, never>,
  Query extends Inputs = Record<never, never>,
  Headers extends Inputs = Record<never, never>,
  Body extends JsonBody = never,
>(declaration: Endpoint<M, Path, Success, Params, Query, Headers, Body>) {
  return declaration;
}
