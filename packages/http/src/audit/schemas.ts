import { auditEntrySchema } from '@parts/core';
import { z } from 'zod';
import { EXAMPLE_REQUEST_ID } from '../middleware/request-id.ts';

export const EXAMPLE_ENTRY = {
  id: 1,
  part_id: 2,
  kind: 'status_changed',
  old_status: 'In Review',
  new_status: 'Approved',
  version: 2,
  changes: null,
  actor: null,
  reason: 'all tests passed',
  request_id: EXAMPLE_REQUEST_ID,
  changed_at: '2026-03-02T14:07:31.250Z',
} as const;

/** The schema of core, with its name in the API document. */
export const auditEntry = auditEntrySchema.register(z.globalRegistry, {
  id: 'AuditEntry',
  description:
    'The record of one change of a part. `version` is the one that the part got by it, `changes` has each changed field with its old and its new value, and `actor` is the name behind the token.',
  examples: [EXAMPLE_ENTRY],
});
