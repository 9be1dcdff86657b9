/** What a token allows, each role all that those before it do. */
export const ROLES = ['reader', 'editor', 'approver'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role includes another one; each includes itself. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
