import { hash } from 'node:crypto';
import { PART_STATUSES, type PartStatus, partStatusSchema } from '@parts/core';
import type { Context } from 'hono';
import { setHeader } from './answer.ts';
import type { AppEnvironment } from './environment.ts';
import { RequestError } from './request-error.ts';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

const DIGITS = /^(?:0|[1-9]\d{0,15})$/;

/** @throws RequestError `invalid_parameter` */
export function readLimit(c: Context): number | undefined {
  const text = c.req.query('limit');
  if (text === undefined) return undefined;
  const limit = DIGITS.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new RequestError('invalid_parameter', `limit must be a number from 1 to ${MAX_LIMIT}`);
}

/** @throws RequestError `invalid_parameter` */
export function readStatusFilter(c: Context): PartStatus | undefined {
  const text = c.req.query('status');
  if (text === undefined) return undefined;
  const { success, data } = partStatusSchema.safeParse(text);
  if (success) return data;
  throw new RequestError('invalid_parameter', `status must be one of ${PART_STATUSES.join(', ')}`);
}

/** @throws RequestError `invalid_parameter` */
export function readAfter(c: Context): number | undefined {
  const text = c.req.query('after');
  if (text === undefined) return undefined;
  if (DIGITS.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new RequestError('invalid_parameter', 'after must be the id of an audit entry, or 0');
}

/**
 * The place in a list where a page ends. To clients it is opaque, and it is tied to its
 * list: the checksum covers `list`, which must name the route and every filter.
 */
export function encodeCursor(list: string, position: number): string {
  return Buffer.from(`${position}.${checksum(list, position)}`).toString('base64url');
}

/** @throws RequestError `invalid_parameter` when the cursor is damaged or of another list */
export function readCursor(c: Context, list: string): number | undefined {
  const cursor = c.req.query('cursor');
  if (cursor === undefined) return undefined;
  const position = Number(Buffer.from(cursor, 'base64url').toString().split('.')[0]);
  if (Number.isSafeInteger(position) && encodeCursor(list, position) === cursor) return position;
  throw new RequestError(
    'invalid_parameter',
    'cursor must come from the Link header of the same list with the same filter',
  );
}

function checksum(list: string, position: number): string {
  return hash('sha256', `${list} ${position}`).slice(0, 12);
}

/** Points to the next page (RFC 8288), relative to this server; parameters without a value are left out. */
export function setNextLink(
  c: Context<AppEnvironment>,
  parameters: Readonly<Record<string, unknown>>,
): void {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(set.map(([name, value]) => [name, String(value)]));
  setHeader(c, 'Link', `<${c.req.path}?${query}>; rel="next"`);
}
