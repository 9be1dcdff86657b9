import { PART_ACTIONS } from '@parts/core';
import type { Role } from './role.ts';

/** What a token can allow. */
export const ACTIONS = [...PART_ACTIONS, 'create', 'import'] as const;
export type Action = (typeof ACTIONS)[number];

const OF_EDITORS: readonly Action[] = ['Draft', 'In Review', 'edit', 'create', 'import'];

/** The least role that allows an action. All that no editor may do takes an approver: decisions, and what comes later. */
export function neededRole(action: Action): Role {
  return OF_EDITORS.includes(action) ? 'editor' : 'approver';
}
