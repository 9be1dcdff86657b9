import type { AuditPosition } from '@parts/core';
import { z } from 'zod';
import { ProblemError } from '../problem/problem-error.ts';

/** One member of a list of entity tags, with what follows it (RFC 9110, section 8.8.3). */
const LIST_MEMBER = /[ \t]*(W\/)?"([!#-~\x80-\xff]*)"[ \t]*(?:,|$)/y;

/** The strong entity tag of a part, from its version. */
export function formatEntityTag(version: number): string {
  return `"${version}"`;
}

/** The strong entity tag of a list, from the position of the audit that it shows. */
export function formatListTag({ epoch, id }: AuditPosition): string {
  return `"${epoch}-${id}"`;
}

/** The versions that `If-Match` allows; undefined for `*`. */
export const ifMatch = {
  schema: z.string().meta({
    description:
      'Entity tags, or `*`. The change is made only when the part still has one of these versions.',
    examples: ['"1"'],
  }),
  /** Weak tags, and tags that are not ours, never match (RFC 9110, section 13.1.1). */
  read(text: string): readonly number[] | undefined {
    if (text.trim() === '*') return undefined;
    const tags = parseTags(text);
    if (!tags) {
      throw new ProblemError('invalid_header', 'If-Match must be * or a list of tags such as "3"');
    }
    return tags
      .filter(({ weak, value }) => !weak && /^[1-9]\d{0,14}$/.test(value))
      .map(({ value }) => Number(value));
  },
};

/** A function that says whether `If-None-Match` names a strong tag. */
export const ifNoneMatch = {
  schema: z.string().meta({
    description: 'Entity tags, or `*`. The answer is a 304 when one of them is the tag still.',
    examples: ['"2"'],
  }),
  /** Weak tags count here; what is not a list of tags is ignored (RFC 9110, section 13.1.2). */
  read(text: string): (tag: string) => boolean {
    if (text.trim() === '*') return () => true;
    const tags = parseTags(text) ?? [];
    return (tag) => tags.some(({ value }) => `"${value}"` === tag);
  },
};

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
