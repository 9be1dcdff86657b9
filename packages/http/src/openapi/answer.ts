import type { JsonSchema } from './schemas.ts';

export interface Reference {
  readonly $ref: string;
}

interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** By media type. */
export type Content = Readonly<Record<string, MediaType>>;

export interface Answer {
  readonly description: string;
  readonly headers: Readonly<Record<string, Reference>>;
  readonly content?: Content;
}

export function json(schema: JsonSchema, example: unknown): Content {
  return { 'application/json': { schema, example } };
}
