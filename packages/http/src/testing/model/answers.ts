import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Expected, Listing } from './model.ts';

/** What of a response is compared. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly requestId: string | null;
  readonly etag: string | null;
  readonly location: string | null;
  readonly replayed: string | null;
  readonly next: unknown;
  /** To the byte; of a problem the members, with the type alone of what is written for people. */
  readonly body: unknown;
}

/** A URL and cursor that `Link` gave, and the page that they have to bring. */
export interface NextPage {
  readonly url: string;
  readonly cursor: string | null;
  readonly listing: Listing;
}

const PROBLEM = 'application/problem+json';
const LINK = /^<([^?>]+)\?([^>]*)>; rel="next"$/;

export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const contentType = headers.get('Content-Type');
  const text = await response.text();
  return {
    status,
    contentType,
    requestId: headers.get('X-Request-Id'),
    // The epoch of a list has no meaning.
    etag: headers.get('ETag')?.replace(/[0-9a-f]+-/, 'epoch-') ?? null,
    location: headers.get('Location'),
    replayed: headers.get('Idempotent-Replayed'),
    next: readNext(headers.get('Link')),
    body: contentType === PROBLEM ? readProblem(text) : text,
  };
}

/** @returns the next page, when there has to be one */
export async function expectAnswer(
  response: Response,
  requestId: string,
  expected: Expected,
): Promise<NextPage | undefined> {
  const answer = await readAnswer(response);
  expect(answer).toEqual(describeExpected(expected, requestId, answer));
  if (!expected.next) return undefined;
  const [, path, query] = LINK.exec(response.headers.get('Link') ?? '') ?? [];
  return {
    url: `${path}?${query}`,
    cursor: new URLSearchParams(query).get('cursor'),
    listing: expected.next,
  };
}

export function isAnswer(answer: Answer, requestId: string, expected: Expected): boolean {
  return isDeepStrictEqual(answer, describeExpected(expected, requestId, answer));
}

/** @param answer decides where several codes are allowed */
function describeExpected(expected: Expected, requestId: string, answer: Answer): Answer {
  const { status, body, codes, members, version, lastChange, isReplay, next } = expected;
  const tag = lastChange === undefined ? version : `epoch-${lastChange}`;
  const common = {
    status,
    requestId,
    etag: tag === undefined ? null : `"${tag}"`,
    location: expected.location ?? null,
    replayed: isReplay ? 'true' : null,
    next: next && describeNext(next),
  };
  if (status === 304) return { ...common, contentType: null, body: '' };
  if (!codes) return { ...common, contentType: 'application/json', body: JSON.stringify(body) };
  const code = codes.find((code) => isDeepStrictEqual(answer.body, problem(code))) ?? codes[0];
  return { ...common, contentType: PROBLEM, body: problem(code) };

  function problem(code: string | undefined) {
    const type = `urn:problem-type:parts:${code}`;
    const common = { type, title: 'string', status, detail: 'string', code, request_id: requestId };
    return { ...common, ...members };
  }
}

function readProblem(text: string): object {
  const { title, detail, errors, ...members } = JSON.parse(text);
  const places = errors?.map(({ line, column }: Record<string, unknown>) => [line, column]);
  return {
    ...{ ...members, title: typeof title, detail: typeof detail },
    ...(places && { errors: places }),
  };
}

function readNext(link: string | null) {
  const [, path, query] = LINK.exec(link ?? '') ?? [];
  if (path === undefined) return link ?? undefined;
  const parameters = Object.fromEntries(new URLSearchParams(query));
  return { path, parameters: { ...parameters, ...('cursor' in parameters && { cursor: '…' }) } };
}

function describeNext(listing: Listing) {
  const { of, part_id, status, retired, limit, after } = listing;
  const parameters = of === 'audit' ? { limit, after } : { limit, status, retired, cursor: '…' };
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const paths = {
    parts: '/v1/parts',
    'part audit': `/v1/parts/${part_id}/audit`,
    audit: '/v1/audit',
  };
  return {
    path: paths[of],
    parameters: Object.fromEntries(set.map(([name, value]) => [name, String(value)])),
  };
}
