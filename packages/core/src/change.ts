import type { EntryKind } from './audit-entry.ts';
import type { Part } from './part.ts';
import type { PartStatus } from './part-status.ts';
import type { ApprovalRule } from './team-rules.ts';

/**
 * A validated change on its way to storage: plain JSON values, so it can cross a thread or a
 * network. `decideChange` decides it.
 */
export type Change = Creation | PartChange;

export type PartChange = StatusChange | Edit | Retirement;

interface ChangeOf<Kind extends EntryKind> {
  readonly kind: Kind;
  /** The name behind the token; null where tokens have no names. */
  readonly actor: string | null;
  /** Up to 500 characters; null when none was given. */
  readonly reason: string | null;
  /** Id of the request that asked for the change, for the audit entry. */
  readonly requestId: string | null;
  /** RFC 3339, UTC, milliseconds. */
  readonly changedAt: string;
}

interface ChangeOfPart<Kind extends EntryKind> extends ChangeOf<Kind> {
  readonly partId: number;
  /** The change is made only when the part has one of these versions; null: any. */
  readonly expectedVersions: readonly number[] | null;
  /** Null: a retry can't be recognised and is a change of its own. */
  readonly idempotency: IdempotencyClaim | null;
}

export interface StatusChange extends ChangeOfPart<'status_changed'> {
  readonly status: PartStatus;
  readonly approval: ApprovalRule;
}

/** The fields of a part that its users write. */
export type PartContent = Pick<Part, 'part_number' | 'name' | 'description'>;

/** The number of a new part: as given, or the next one behind a prefix, which the storage finds. */
type PartNumberChoice = { readonly exact: string } | { readonly prefix: string };

export interface Creation extends ChangeOf<'part_created'> {
  readonly number: PartNumberChoice;
  readonly content: Omit<PartContent, 'part_number'>;
}

export interface Edit extends ChangeOfPart<'part_edited'> {
  readonly content: Partial<PartContent>;
}

export interface Retirement extends ChangeOfPart<'part_retired' | 'part_restored'> {}

/** What makes a retry recognisable: the caller's key, and what the request asked for. */
export interface IdempotencyClaim {
  /** Belongs to the part: the same key of two parts is two keys. */
  readonly key: string;
  /** Equal for requests of one actor that ask for the same, whatever their white space and key order. */
  readonly fingerprint: string;
}

export interface ChangeResult {
  readonly part: Part;
  /** True when the change had been made before under its idempotency key; `part` is the result of then. */
  readonly replayed: boolean;
}
