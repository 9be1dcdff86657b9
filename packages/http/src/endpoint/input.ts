import type { z } from 'zod';

/** A value that a request may carry as text, as a client writes it and as a handler gets it. */
export interface Input<Sent = unknown, Value = unknown> {
  /** Describes what a client sends, in the API document and to the typed client. */
  readonly schema: z.ZodType<Sent>;
  /**
   * Reads a value that was sent.
   *
   * @throws ProblemError that says what is allowed
   */
  read(text: string): Value;
}

/** Schemas of values by name, for the API document. */
export type Described = Readonly<Record<string, { readonly schema: z.ZodType }>>;

/** By name, as a URL or a header spells it. */
export type Inputs = Readonly<Record<string, Input>>;

/** A body that is JSON. The schema describes it; core validates it. */
export interface JsonBody<Sent = unknown> {
  readonly schema: z.ZodType<Sent>;
}

/** What a handler gets. A value of the query or the headers that was not sent is missing. */
export interface InputValues<Params = Inputs, Query = Inputs, Headers = Inputs> {
  readonly params: Values<Params>;
  readonly query: Partial<Values<Query>>;
  readonly headers: Partial<Values<Headers>>;
  readonly body: unknown;
}

type Values<Of> = {
  readonly [Name in keyof Of]: Of[Name] extends Input<unknown, infer Value> ? Value : never;
};
