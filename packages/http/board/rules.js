/** @typedef {import('./api.js').Part} Part */
/** @typedef {import('./api.js').AuditEntry} AuditEntry */

/** The only ones that an editor may set. All others are decisions. */
const EDITOR_STATUSES = ['Draft', 'In Review'];

/** @param {string} status */
export const isDecision = (status) => !EDITOR_STATUSES.includes(status);

/** @param {AuditEntry} entry */
const isApproval = ({ kind, new_status }) => kind === 'status_changed' && new_status === 'Approved';

/**
 * The newest entry that makes a part the work of a person, who can't approve it under four eyes.
 * @param {AuditEntry[]} history newest first @param {string | null} name
 */
export function findOwnWork(history, name) {
  for (const entry of history) {
    if (isApproval(entry)) return undefined;
    const { kind, old_status, new_status } = entry;
    const isSubmission = new_status === 'In Review' && old_status !== 'In Review';
    const isWork = kind === 'status_changed' ? isSubmission : /created|edited/.test(kind);
    if (isWork && entry.actor === name) return entry;
  }
  return undefined;
}

/** Whether a role includes another one. @param {string} role @param {string} needed */
export const includesRole = (role, needed) =>
  ['approver', needed].includes(role) || (needed === 'reader' && role === 'editor');

/**
 * Why a status can't be set here; undefined when it can. The API has the last word.
 * @param {typeof import('./store.js').state} state @param {string} status
 */
export function whyNot({ part, session, history, description }, status) {
  const { name, role, approval } = session;
  if (!part) return undefined;
  if (part.retired_at) return description?.titleOf('part_retired');
  const needed = isDecision(status) ? 'approver' : 'editor';
  if (!includesRole(role, needed)) return `the role ${needed} is needed; yours is ${role}`;
  if (approval === 'open' || !isDecision(status)) return undefined;
  if (part.status !== 'In Review') return description?.titleOf('not_in_review');
  const own = status === 'Approved' ? findOwnWork(history, name) : undefined;
  return own && `${description?.titleOf('self_approval')}: version ${own.version} is yours`;
}

/**
 * The last approval, and what has changed since.
 * @param {AuditEntry[]} history newest first
 */
export function findApproval(history) {
  const index = history.findIndex(isApproval);
  const approval = history[index];
  if (!approval) return undefined;
  /** @type {Record<string, [string | null, string | null]>} */
  const changes = {};
  for (const entry of history.slice(0, index)) {
    for (const [field, [old, value]] of Object.entries(entry.changes ?? {})) {
      changes[field] = [old, changes[field]?.[1] ?? value];
    }
  }
  return { approval, changes };
}
