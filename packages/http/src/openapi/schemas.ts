import {
  auditEntrySchema,
  partSchema,
  partStatusSchema,
  statusChangeInputSchema,
} from '@parts/core';
import { z } from 'zod';
import { PROBLEMS, type ProblemDetails } from '../problem.ts';
import { EXAMPLE_AUDIT_ENTRY, EXAMPLE_PART, EXAMPLE_STATUS_CHANGE } from './examples.ts';

const problemMembers = {
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS)),
  request_id: z.string(),
} satisfies Record<keyof ProblemDetails, z.ZodType>;

const problemTable = [
  '| code | status | title |',
  '| --- | --- | --- |',
  ...Object.entries(PROBLEMS).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  ),
].join('\n');

interface SchemaMetadata {
  readonly id: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

const answers = z
  .registry<SchemaMetadata>()
  .add(partSchema, {
    id: 'Part',
    description: '`version` starts at 1 and grows by 1 with each status change. Times are in UTC.',
    examples: [EXAMPLE_PART],
  })
  .add(partStatusSchema, { id: 'PartStatus', description: 'Any status may follow any other.' })
  .add(auditEntrySchema, {
    id: 'AuditEntry',
    description: 'The record of one status change. `version` is the one that the part got by it.',
    examples: [EXAMPLE_AUDIT_ENTRY],
  })
  .add(z.object(problemMembers), {
    id: 'Problem',
    description: `Problem details (RFC 9457): \`code\` is for programs, \`request_id\` for the log.\n\n${problemTable}`,
  });

const requests = z.registry<SchemaMetadata>().add(statusChangeInputSchema, {
  id: 'StatusChange',
  description: 'Other members are ignored.',
  examples: [EXAMPLE_STATUS_CHANGE],
});

/** A schema as JSON Schema (draft 2020-12), as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schemas that validate, as JSON Schema. Answers have exactly the members that are
 * named; requests may have more.
 */
export function describeSchemas(): Readonly<Record<string, JsonSchema>> {
  return { ...toJsonSchemas(answers, 'output'), ...toJsonSchemas(requests, 'input') };
}

/** An answer's schema that has no name of its own. */
export function inlineSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...jsonSchema } = z.toJSONSchema(schema);
  return jsonSchema;
}

export function refToSchema(id: string): JsonSchema {
  return { $ref: `#/components/schemas/${id}` };
}

export function arrayOf(id: string): JsonSchema {
  return { type: 'array', items: refToSchema(id) };
}

function toJsonSchemas(registry: typeof answers, io: 'input' | 'output') {
  const { schemas } = z.toJSONSchema(registry, {
    io,
    metadata: registry,
    uri: (id) => `#/components/schemas/${id}`,
    override({ jsonSchema }) {
      // Nobody can read zod's pattern of a date, and `format` says the same.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id, $schema, ...schema }]) => [id, schema]),
  );
}
