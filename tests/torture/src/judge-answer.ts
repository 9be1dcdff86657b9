import { type Answer, assert } from '@parts/testkit';
import type { Attempt } from './ledger.ts';

/** What the client knows of a change that it asked for. */
export type Outcome =
  | {
      readonly kind: 'acknowledged';
      /** Of the part; undefined for an import, which has several. */
      readonly version: number | undefined;
      readonly text: string;
    }
  /** Answered with an error, or that nothing differs: nothing was written. */
  | { readonly kind: 'refused'; readonly status: number }
  /** No answer, or one that leaves it open: the change is there whole or not at all. */
  | { readonly kind: 'unknown' };

/** The version in an entity tag. */
export const readTag = ({ headers }: Answer) => Number(/\d+/.exec(String(headers['etag']))?.[0]);

/** What an answer says of a change. @throws Error when no such answer is allowed */
export function judge(
  { change, ifMatch }: Pick<Attempt, 'change' | 'ifMatch'>,
  answer: Answer,
): Outcome {
  const { status, text } = answer;
  const seen = () => [change, ifMatch, status, text];
  const refused: Outcome = { kind: 'refused', status };
  const isCreation = change.path === '/v1/parts';
  if (status === (isCreation ? 201 : 200)) {
    const body: Readonly<Record<string, unknown>> = JSON.parse(text);
    const [entry, ...others] = change.entries;
    if (change.path.startsWith('/v1/imports')) {
      const written = Number(body['created']) + Number(body['updated']);
      assert(written === others.length + 1, 'an import of all rows', seen);
      return { kind: 'acknowledged', version: undefined, text };
    }
    const version = Number(body['version']);
    const isRetired = 'retired' in change.body ? change.body.retired : false;
    const isAsAsked =
      body['id'] === (change.partId ?? body['id']) &&
      Object.entries(entry?.part ?? {}).every(([name, value]) => body[name] === value) &&
      (body['retired_at'] !== null) === isRetired;
    assert(isAsAsked, 'the part as it was asked for', seen);
    const differsInNothing = version === ifMatch && 'retired' in change.body;
    if (differsInNothing) return refused;
    assert(version === (ifMatch ?? version - 1) + 1, 'the part as it was asked for', seen);
    return { kind: 'acknowledged', version, text };
  }
  if (status === 412) {
    const isStale = ifMatch !== undefined && readTag(answer) !== ifMatch;
    assert(isStale, '412 only when the part has another version', seen);
  } else if (status === 409) {
    const code = isCreation ? 'part_number_taken' : 'part_retired';
    assert(text.includes(`"${code}"`), `409 only for ${code}`, seen);
  } else {
    assert(status === 503, 'no other answer than these to a change', seen);
    if (text.includes('"storage_outcome_unknown"')) return { kind: 'unknown' };
  }
  return refused;
}
