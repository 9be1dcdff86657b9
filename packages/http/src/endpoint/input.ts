import type { z } from 'zod';
import type { AppContext } from '../context.ts';

/** A value that a request may carry as text, as a client writes it and as a handler gets it. */
export interface Input<Sent = unknown, Value = unknown> {
  /** Describes what a client sends, in the API document and to the typed client. */
  readonly schema: z.ZodType<Sent>;
  /**
   * Reads a value that was sent.
   *
   * @param readAll gives all values of a parameter that may be repeated
   * @throws ProblemError that says what is allowed
   */
  read(text: string, readAll: () => readonly string[]): Value;
}

/** Schemas of values by name, for the API document. */
export type Described = Readonly<Record<string, { readonly schema: z.ZodType }>>;

/** By name, as a URL or a header spells it. */
export type Inputs = Readonly<Record<string, Input>>;

/** A body that is JSON. The schema describes it; core validates it. */
export interface JsonBody<Content = unknown> {
  readonly schema: z.ZodType;
  /** What else is read, by media type. */
  readonly otherTypes?: Readonly<Record<string, { readonly schema: z.ZodType }>>;
  /** Default: 64 KiB. */
  readonly maxBytes?: number;
  /** Makes of the body what the handler gets. Default: JSON is parsed. */
  read?(c: AppContext): Promise<Content>;
}

/** What a handler gets. A value of the query or the headers that was not sent is missing. */
export interface InputValues<Params = Inputs, Query = Inputs, Headers = Inputs, Body = JsonBody> {
  readonly params: Values<Params>;
  readonly query: Partial<Values<Query>>;
  readonly headers: Partial<Values<Headers>>;
  readonly body: Body extends { read(c: AppContext): Promise<infer Content> } ? Content : unknown;
}

type Values<Of> = {
  readonly [Name in keyof Of]: Of[Name] extends Input<unknown, infer Value> ? Value : never;
};
