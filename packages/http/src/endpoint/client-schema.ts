import type { z } from 'zod';
import type { DeepReadonly, Endpoint } from './endpoint.ts';
import type { Input } from './input.ts';

/** The endpoints as Hono's client knows routes, by path and method. Headers that every request may carry come on top. */
export type ClientSchema<Endpoints extends Endpoint, CommonHeaders> = {
  [Path in Endpoints['path']]: {
    [Method in Extract<Endpoints, { path: Path }>['method'] as `$${Method}`]: ClientRoute<
      Extract<Endpoints, { path: Path; method: Method }>,
      CommonHeaders
    >;
  };
};

type ClientRoute<Of extends Endpoint, CommonHeaders> = {
  [Status in keyof Of['answers']]: {
    input: ClientInput<Of, CommonHeaders>;
    output: Of['answers'][Status] extends {
      content: { 'application/json': { schema: infer Schema extends z.ZodType } };
    }
      ? DeepReadonly<z.output<Schema>>
      : string;
    outputFormat: Of['answers'][Status] extends { content: { 'application/json': unknown } }
      ? 'json'
      : 'text';
    status: Status;
  };
}[keyof Of['answers']];

type ClientInput<Of extends Endpoint, CommonHeaders> = {
  header?: Partial<SentBy<Of['headers']>> & CommonHeaders;
} & (keyof SentBy<Of['params']> extends never ? unknown : { param: SentBy<Of['params']> }) &
  (keyof SentBy<Of['query']> extends never ? unknown : { query?: Partial<SentBy<Of['query']>> }) &
  ([NonNullable<Of['body']>] extends [never]
    ? unknown
    : NonNullable<Of['body']> extends { schema: infer Schema extends z.ZodType }
      ? { json: DeepReadonly<z.input<Schema>> }
      : unknown);

type SentBy<Inputs> = {
  readonly [Name in keyof NonNullable<Inputs>]: NonNullable<Inputs>[Name] extends Input<infer Sent>
    ? Sent
    : never;
};
