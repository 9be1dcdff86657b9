import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { Described } from '../endpoint/input.ts';
import type { ApiMiddleware } from '../middleware/api-middleware.ts';
import { type ProblemCode, WRITE_PROBLEMS } from '../problem/problems.ts';
import { describeProblems } from './problem-answers.ts';

/** Problems that every request can meet; the server answers with most of them before a route is known. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'internal_error',
];

const BODY_PROBLEMS: readonly ProblemCode[] = [
  'malformed_body',
  'payload_too_large',
  'unsupported_media_type',
];

/** An endpoint as an operation, with all that the middlewares in front of it add. */
export function describeOperation(
  endpoint: Endpoint,
  middlewares: readonly ApiMiddleware[],
): ZodOpenApiOperationObject {
  const { operationId, tag, summary, description, params, query, headers, body, role } = endpoint;
  const passed = middlewares.filter(({ paths }) =>
    paths.some((path) => path === '*' || endpoint.path.startsWith(path.slice(0, -1))),
  );
  const answerHeaders = Object.assign({}, ...passed.map((by) => by.answerHeaders));
  const answers = Object.entries(endpoint.answers).map(([status, answer]) => [
    status,
    { ...answer, headers: z.object({ ...answerHeaders, ...answer.headers }) },
  ]);
  const problems = [
    ...passed.flatMap((by) => by.problems ?? []),
    ...(query ? (['invalid_parameter'] as const) : []),
    ...(role ? (['forbidden'] as const) : []),
    ...(body ? BODY_PROBLEMS : []),
    ...(endpoint.problems ?? []),
    ...(endpoint.method === 'get' ? [] : WRITE_PROBLEMS),
    ...COMMON_PROBLEMS,
  ];
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(!passed.some((by) => by.needsToken) && { security: [] }),
    ...(role && { security: [{ token: [role] }] }),
    requestParams: {
      path: describeInputs(params, false),
      query: describeInputs(query),
      header: describeInputs(Object.assign({}, headers, ...passed.map((by) => by.headers))),
    },
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: body.schema }, ...body.otherTypes },
      },
    }),
    responses: { ...Object.fromEntries(answers), ...describeProblems(problems, answerHeaders) },
  };
}

/** The description is repeated, since pages show that of the parameter and not that of its schema. */
function describeInputs(inputs: Described = {}, isOptional = true) {
  const described = Object.entries(inputs).map(([name, { schema }]) => [
    name,
    isOptional ? schema.optional().meta({ description: schema.description }) : schema,
  ]);
  return z.object(Object.fromEntries(described));
}
