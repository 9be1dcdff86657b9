import { SANE_ID } from '../request-id.ts';
import { EXAMPLE_REQUEST_ID } from './examples.ts';

/** The headers of answers, but for those that OpenAPI treats apart. */
export const headers = {
  'X-Request-Id': {
    required: true,
    description: 'Id of the request, as in the log and in the audit.',
    schema: { type: 'string', pattern: SANE_ID.source },
    example: EXAMPLE_REQUEST_ID,
  },
  ETag: {
    required: true,
    description: 'The version of the part.',
    schema: { type: 'string', pattern: '^"[1-9][0-9]*"$' },
    example: '"2"',
  },
  Link: {
    description: 'Leads to the next page (RFC 8288). Where it is missing, the list is at its end.',
    schema: { type: 'string', pattern: '^<[^>]+>; rel="next"$' },
    example: '</v1/parts?limit=5&cursor=NS5hZjFkYzU4ZTk0NDM>; rel="next"',
  },
  'Idempotent-Replayed': {
    description: 'The change had been made before under its key; this is the answer of then.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  'Retry-After': {
    required: true,
    description: 'Seconds after which the request may be tried again.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  'RateLimit-Policy': {
    description: 'The quota `q`, there again in full after `w` seconds; only where a limit is set.',
    schema: { type: 'string', pattern: '^"default";q=[0-9]+;w=[0-9]+$' },
    example: '"default";q=100;w=2',
  },
  RateLimit: {
    description: 'Requests `r` that are left, and the seconds `t` to one more.',
    schema: { type: 'string', pattern: '^"default";r=[0-9]+;t=[0-9]+$' },
    example: '"default";r=99;t=1',
  },
  'WWW-Authenticate': {
    required: true,
    description: 'How to authenticate (RFC 6750).',
    schema: { type: 'string', pattern: '^Bearer realm="parts"(, error="invalid_token")?$' },
    example: 'Bearer realm="parts"',
  },
  'X-Content-Type-Options': {
    required: true,
    description: 'The answer is what it says it is.',
    schema: { type: 'string', const: 'nosniff' },
    example: 'nosniff',
  },
  'Cache-Control': {
    description: 'How long the answer may be kept.',
    schema: { type: 'string' },
    example: 'private, no-cache',
  },
  'X-Accel-Buffering': {
    description: 'Of a live feed: a proxy must not hold it back.',
    schema: { type: 'string', const: 'no' },
    example: 'no',
  },
  'Content-Security-Policy': {
    required: true,
    description: 'Keeps the page from loading anything from elsewhere.',
    schema: { type: 'string' },
    example: "default-src 'none'; script-src 'self'",
  },
} as const;

export type HeaderName = keyof typeof headers;

export function refsToHeaders(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
