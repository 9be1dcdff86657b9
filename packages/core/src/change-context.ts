import type { IdempotencyClaim } from './change.ts';
import type { CancellationSignal } from './parts-repository.ts';

/** Circumstances of a change that are recorded with it or can prevent it. */
export interface ChangeContext {
  /** The name behind the token, for the audit entry. */
  readonly actor?: string | undefined;
  /** Goes into the audit entry. */
  readonly requestId?: string | undefined;
  /** Aborted before the transaction begins, it prevents the change. */
  readonly signal?: CancellationSignal | undefined;
  /** The change is made only when the part has one of these versions. Left out: any; an empty list: none. */
  readonly expectedVersions?: readonly number[] | undefined;
  /**
   * Makes a retry safe: the same key with the same request changes the part once, and
   * brings the first result again. The storage decides how long it remembers a key.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The fingerprint is built from the parsed request: spelling makes no difference; meaning and actor do. */
export function claimKey(
  { idempotencyKey: key, expectedVersions, actor }: ChangeContext,
  meaning: readonly unknown[],
): IdempotencyClaim | null {
  if (key === undefined) return null;
  const named = actor === undefined ? [] : [actor];
  return { key, fingerprint: JSON.stringify([...meaning, expectedVersions ?? null, ...named]) };
}
