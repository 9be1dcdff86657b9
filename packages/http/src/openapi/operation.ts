import type { ProblemCode } from '../problem.ts';
import type { Answer, Content, Reference } from './answer.ts';
import { type HeaderName, refsToHeaders } from './headers.ts';
import { type ParameterName, refToParameter } from './parameters.ts';
import { describeProblems } from './problems.ts';

export type Tag = 'Parts' | 'Audit' | 'Service' | 'Debug';

export interface OperationOptions {
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterName[];
  readonly body?: Content;
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerOptions>>;
  /** Beside those that every request can meet. */
  readonly problems?: readonly ProblemCode[];
}

interface AnswerOptions {
  readonly description: string;
  /** Beside those that every answer has. */
  readonly headers?: readonly HeaderName[];
  readonly content?: Content;
}

type Method = 'get' | 'patch' | 'post';

/** The routes by path and method. */
export type PathTable = Readonly<
  Record<string, Readonly<Partial<Record<Method, OperationOptions>>>>
>;

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly Tag[];
  readonly summary: string;
  readonly description?: string;
  /** Left out: the token is needed. */
  readonly security?: readonly [];
  readonly parameters: readonly Reference[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

export const STORAGE_PROBLEMS: readonly ProblemCode[] = ['storage_busy', 'storage_unavailable'];

/** Of what waits its turn among the changes. */
export const WRITE_PROBLEMS: readonly ProblemCode[] = [
  'storage_overloaded',
  ...STORAGE_PROBLEMS,
  'storage_outcome_unknown',
];

const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'internal_error',
];

/** An operation with all that it has in common with the others. */
export function describeOperation(
  path: string,
  method: string,
  options: OperationOptions,
): Operation {
  const needsToken = path.startsWith('/v1/');
  const headers: HeaderName[] = ['X-Request-Id', 'Cache-Control', 'X-Content-Type-Options'];
  const problems = [...(options.problems ?? []), ...COMMON_PROBLEMS];
  if (method !== 'get') problems.push(...WRITE_PROBLEMS);
  if (needsToken || path.startsWith('/debug/')) problems.push('untrusted_host');
  if (needsToken) {
    headers.push('RateLimit-Policy', 'RateLimit');
    problems.unshift('unauthorized', 'rate_limited');
  }
  const answers = Object.entries(options.answers).map(([status, answer]) => [
    status,
    { ...answer, headers: refsToHeaders([...headers, ...(answer.headers ?? [])]) },
  ]);
  return {
    operationId: options.operationId,
    tags: [options.tag],
    summary: options.summary,
    ...(options.description && { description: options.description }),
    ...(!needsToken && { security: [] }),
    parameters: [...(options.parameters ?? []), 'requestId' as const].map(refToParameter),
    ...(options.body && { requestBody: { required: true, content: options.body } }),
    responses: { ...Object.fromEntries(answers), ...describeProblems(problems, headers) },
  };
}
