import type { ChangeResult } from '@parts/core';
import { answerJson, setHeader } from '../answer.ts';
import type { AppContext } from '../context.ts';
import { json } from '../endpoint/endpoint.ts';
import { formatEntityTag, ifMatch } from '../inputs/entity-tag.ts';
import { idempotencyKey } from '../inputs/idempotency-key.ts';
import { etagHeader, replayedHeader } from '../response-headers.ts';
import { part } from './schemas.ts';

// What the changes of a part have in common.

/** The headers with which a request guards a change. */
export const changeHeaders = { 'If-Match': ifMatch, 'Idempotency-Key': idempotencyKey };

export const changedPart = json('The part as the change left it', part, {
  ETag: etagHeader,
  'Idempotent-Replayed': replayedHeader,
});

export function answerChange(c: AppContext, { part, replayed }: ChangeResult) {
  if (replayed) setHeader(c, 'Idempotent-Replayed', 'true');
  return answerJson(c, part, { ETag: formatEntityTag(part.version) });
}
