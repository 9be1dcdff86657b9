import { needsHistory } from './approval.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { PartChange } from './change.ts';
import { decideChange } from './decide-change.ts';
import { PartsError } from './errors.ts';
import type { Part } from './part.ts';
import { PART_STATUSES } from './part-status.ts';
import type { Rules } from './team-rules.ts';

/** What can be done with a part: to set a status, which may be its own, and the rest. */
export const PART_ACTIONS = [...PART_STATUSES, 'edit', 'retire', 'restore'] as const;
export type PartAction = (typeof PART_ACTIONS)[number];

/** What would become of an action. */
export interface Outlook {
  readonly action: PartAction;
  /** Why it would be refused; null when it would not. */
  readonly refusal: PartsError | null;
  readonly isReasonRequired: boolean;
}

/**
 * Foresees what would become of each action on a part, by the decision itself. What would change
 * nothing, such as to restore a part that is in use, is left out.
 *
 * @param actor the name behind the token; null where tokens have no names
 * @param readHistory finds the entries of the part, newest first; called only when a decision needs them
 */
export async function foreseeActions(
  part: Part,
  actor: string | null,
  { approval, reasonRequired }: Rules,
  readHistory: () => Promise<readonly AuditEntry[]>,
): Promise<readonly Outlook[]> {
  const outlooks: Outlook[] = [];
  for (const action of PART_ACTIONS) {
    const change = describe(action, part, actor, approval);
    const history = needsHistory(change) ? await readHistory() : [];
    const refusal = refusalOf(part, change, history);
    const reasoned = action === 'restore' ? 'retire' : action;
    const isReasonRequired = reasonRequired.includes(reasoned);
    if (refusal !== undefined) outlooks.push({ action, refusal, isReasonRequired });
  }
  return outlooks;
}

/** Null when the change would be made, undefined when it would change nothing. */
function refusalOf(part: Part, change: PartChange, history: readonly AuditEntry[]) {
  try {
    return decideChange(part, change, history).entry ? null : undefined;
  } catch (error) {
    if (error instanceof PartsError) return error;
    throw error;
  }
}

function describe(
  action: PartAction,
  { id: partId, updated_at: changedAt }: Part,
  actor: string | null,
  approval: Rules['approval'],
): PartChange {
  const nothing = { reason: null, requestId: null, expectedVersions: null, idempotency: null };
  const change = { ...nothing, partId, changedAt, actor };
  if (action === 'retire') return { kind: 'part_retired', ...change };
  if (action === 'restore') return { kind: 'part_restored', ...change };
  // Stands for every edit that changes something: no part is without a name.
  if (action === 'edit') return { kind: 'part_edited', ...change, content: { name: '' } };
  return { kind: 'status_changed', ...change, status: action, approval };
}
