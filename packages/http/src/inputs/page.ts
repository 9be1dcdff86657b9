import { hash } from 'node:crypto';
import { z } from 'zod';
import { setHeader } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../limits.ts';
import { ProblemError } from '../problem/problem-error.ts';
import { parseDecimal } from './decimal.ts';
import { publicPath } from './forwarded-prefix.ts';
import { text } from './text.ts';

export const limit = {
  schema: z
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .meta({
      description: `The largest number of items. Left out: all parts; ${DEFAULT_LIMIT} items of other lists, of a search, and behind a cursor.`,
      examples: [DEFAULT_LIMIT],
    }),
  read(text: string): number {
    const limit = parseDecimal(text);
    if (limit >= 1 && limit <= MAX_LIMIT) return limit;
    throw new ProblemError('invalid_parameter', `limit must be a number from 1 to ${MAX_LIMIT}`);
  },
};

/** Its position is read by {@link parseCursor}, which has to know the list. */
export const cursor = text(
  'Where the page begins: from the `Link` header of the page before, with the same filter.',
  'NS5hZjFkYzU4ZTk0NDM',
);

/**
 * The position in a list at which a page ends. It is opaque to clients, and tied to its list:
 * the checksum covers `list`, which must name the route and every filter.
 */
export function formatCursor(list: string, position: number): string {
  const checksum = hash('sha256', `${list} ${position}`).slice(0, 12);
  return Buffer.from(`${position}.${checksum}`).toString('base64url');
}

/** @throws ProblemError `invalid_parameter` when the cursor is damaged or of another list */
export function parseCursor(list: string, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const position = Number(Buffer.from(cursor, 'base64url').toString().split('.')[0]);
  if (Number.isSafeInteger(position) && formatCursor(list, position) === cursor) return position;
  throw new ProblemError(
    'invalid_parameter',
    'cursor must come from the Link header of the same list with the same filter',
  );
}

/** The headers of an answer that is a page. */
export const pageHeaders = {
  Link: z
    .string()
    .regex(/^<[^>]+>; rel="next"$/)
    .optional()
    .meta({
      description:
        'Leads to the next page (RFC 8288). Where it is missing, the list is at its end.',
      examples: ['</v1/parts?limit=5&cursor=NS5hZjFkYzU4ZTk0NDM>; rel="next"'],
    }),
};

type LinkValue = string | number | boolean;

/** Links to the page that begins after `next`, if there is one, relative to this server. What is undefined is left out of its query. */
export function setNextLink(
  c: AppContext,
  next: number | undefined,
  queryAfter: (
    next: number,
  ) => Readonly<Record<string, LinkValue | readonly LinkValue[] | undefined>>,
): void {
  if (next === undefined) return;
  const query = new URLSearchParams();
  for (const [name, value = []] of Object.entries(queryAfter(next))) {
    for (const text of [value].flat()) query.append(name, String(text));
  }
  setHeader(c, 'Link', `<${publicPath(c, c.req.path)}?${query}>; rel="next"`);
}
