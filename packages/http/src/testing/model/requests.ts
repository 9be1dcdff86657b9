import type { Action } from './actions.ts';
import type { NextPage } from './answers.ts';
import type { ChangeAction } from './change-actions.ts';
import { TAGS } from './entity-tags.ts';
import type { Listing } from './model.ts';
import type { ChangeRequest, ModelBody } from './rules.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A change whose tags are chosen, so that it can be sent again as it was. */
export type PreparedChange = Omit<ChangeAction, 'ifMatch'> & {
  readonly tags: ReturnType<typeof chooseTags>;
};

export function chooseTags(name: string | undefined, version: number) {
  return name === undefined ? undefined : TAGS[name]?.(version);
}

/** @param isRespelled sends the same with other white space, another order and a member more */
export function changeToHttp(
  change: PreparedChange,
  isRespelled: boolean,
  isTeam: boolean,
): HttpRequest {
  const { to, id, body, tags, key, by } = change;
  const endpoints = {
    status: ['PATCH', `/v1/parts/${id.text}/status`],
    part: ['PATCH', `/v1/parts/${id.text}`],
    parts: ['POST', '/v1/parts'],
    imports: ['POST', '/v1/imports'],
  } as const;
  const [method, path] = endpoints[to];
  return {
    method,
    path: 'query' in body ? `${path}?${body.query}` : path,
    headers: {
      ...(tags && { 'If-Match': tags.text }),
      ...(key && { 'Idempotency-Key': key.text }),
      ...(isTeam && { Authorization: `Bearer ${by}` }),
      ...(to === 'imports' && { 'Content-Type': 'application/json' }),
    },
    body: 'text' in body ? body.text : spellBody(body, isRespelled),
  };
}

function spellBody(body: ModelBody, isRespelled: boolean): string {
  return isRespelled
    ? JSON.stringify(Object.fromEntries(Object.entries({ ...body, more: [] }).reverse()), null, 2)
    : JSON.stringify({ ...body, reason: body.reason ?? undefined });
}

export function changeToModel(change: PreparedChange, request_id: string): ChangeRequest {
  const { to, id, body, tags, key, by } = change;
  return {
    to,
    part_id: id.means,
    body: 'text' in body ? body.means : body,
    allowed: tags?.means ?? null,
    key: key?.means ?? null,
    request_id,
    by,
  };
}

/** All parameters are sent to each list, since those that it does not know are to be ignored. */
export function listToHttp(action: Extract<Action, { do: 'list' }>): HttpRequest {
  const { of, id, status, retired, limit, after } = action;
  const set = Object.entries({ status, retired, limit, after }).filter(isSet);
  const query = new URLSearchParams(set.map(([name, { text }]) => [name, text]));
  const path = {
    parts: '/v1/parts',
    'part audit': `/v1/parts/${id.text}/audit`,
    audit: '/v1/audit',
  };
  return { method: 'GET', path: `${path[of]}?${query}`, headers: {} };
}

export function listToModel(action: Extract<Action, { do: 'list' }>): Listing {
  const { of, id, status, retired, limit, after } = action;
  const common = { of, limit: limit?.means };
  if (of === 'parts') return { ...common, status: status?.means, retired: retired?.means };
  if (of === 'audit') return { ...common, after: after?.means };
  return { ...common, part_id: id.means };
}

function isSet<T>(entry: [string, T | undefined]): entry is [string, T] {
  return entry[1] !== undefined;
}

/** The path that uses a page's cursor for what it is not good for; undefined where there is no cursor. */
export function misuseCursor(
  { cursor, listing }: NextPage,
  how: Extract<Action, { do: 'misuse' }>['how'],
): string | undefined {
  if (cursor === null) return undefined;
  const { of, status, retired, part_id = 0 } = listing;
  const any = retired === undefined ? '' : `retired=${retired}&`;
  const parts = `/v1/parts?${any}${typeof status === 'string' ? `status=${status}&` : ''}`;
  const partAudit = `/v1/parts/${part_id}/audit?`;
  const own = of === 'parts' ? parts : partAudit;
  switch (how) {
    case 'shorten':
      return `${own}cursor=${cursor.slice(1)}`;
    case 'lengthen':
      return `${own}cursor=${cursor}A`;
    case 'filter':
      if (of === 'part audit') return `/v1/parts/${(part_id % 12) + 1}/audit?cursor=${cursor}`;
      return `/v1/parts?${any}status=${status === 'Draft' ? 'Rejected' : 'Draft'}&cursor=${cursor}`;
    case 'list':
      return `${of === 'parts' ? '/v1/parts/1/audit?' : '/v1/parts?'}cursor=${cursor}`;
  }
}
