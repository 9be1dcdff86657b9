import type { Part } from '@parts/core';
import { RequestError } from './request-error.ts';

/** One member of a list of entity tags, with what follows it (RFC 9110, section 8.8.3). */
const LIST_MEMBER = /[ \t]*(W\/)?"([!#-~\x80-\xff]*)"[ \t]*(?:,|$)/y;

/** The strong entity tag of a part: its version. */
export function entityTag({ version }: Pick<Part, 'version'>): string {
  return `"${version}"`;
}

/**
 * The versions that an `If-Match` header allows; undefined when it is absent or `*`.
 * Weak tags, and tags that are not ours, never match (RFC 9110, section 13.1.1).
 *
 * @throws RequestError `invalid_header`
 */
export function parseIfMatch(header: string | undefined): readonly number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const tags = parseTags(header);
  if (!tags) {
    throw new RequestError('invalid_header', 'If-Match must be * or a list of tags such as "3"');
  }
  return tags
    .filter(({ weak, value }) => !weak && /^[1-9]\d{0,14}$/.test(value))
    .map(({ value }) => Number(value));
}

/**
 * True when an `If-None-Match` header names the version that the part has. Weak tags
 * count here; what is not a list of tags is ignored (RFC 9110, section 13.1.2).
 */
export function matchesIfNoneMatch(header: string | undefined, { version }: Part): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return parseTags(header)?.some(({ value }) => value === String(version)) ?? false;
}

function parseTags(header: string) {
  const tags: { readonly weak: boolean; readonly value: string }[] = [];
  LIST_MEMBER.lastIndex = 0;
  while (LIST_MEMBER.lastIndex < header.length) {
    const member = LIST_MEMBER.exec(header);
    if (!member) return undefined;
    tags.push({ weak: member[1] !== undefined, value: member[2] ?? '' });
  }
  return tags.length > 0 ? tags : undefined;
}
