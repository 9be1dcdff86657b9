import type { Part } from './part.ts';
import type { PartStatus } from './part-status.ts';

/** A validated status change on its way to storage: plain JSON values, so it can cross a thread or a network. */
export interface StatusChange {
  readonly partId: number;
  readonly status: PartStatus;
  /** Up to 500 characters; null when none was given. */
  readonly reason: string | null;
  /** Id of the request that asked for the change, for the audit entry. */
  readonly requestId: string | null;
  /** RFC 3339, UTC, milliseconds. */
  readonly changedAt: string;
  /** The change is made only when the part has one of these versions; null: any. */
  readonly expectedVersions: readonly number[] | null;
  /** Null: a retry can't be recognised and is a change of its own. */
  readonly idempotency: IdempotencyClaim | null;
}

/** What makes a retry recognisable: the caller's key, and what the request asked for. */
export interface IdempotencyClaim {
  /** Belongs to the part: the same key of two parts is two keys. */
  readonly key: string;
  /** Equal for requests that ask for the same, whatever their white space and key order. */
  readonly fingerprint: string;
}

/** The outcome of a change. */
export interface ChangeResult {
  /** The part as the change left it. */
  readonly part: Part;
  /** True when the change had been made before under its idempotency key; `part` is the result of then. */
  readonly replayed: boolean;
}
