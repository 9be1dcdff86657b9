import { auditEntrySchema } from '@parts/core';
import { z } from 'zod';
import { EXAMPLE_REQUEST_ID } from '../middleware/request-id.ts';

export const EXAMPLE_ENTRY = {
  id: 1,
  part_id: 2,
  old_status: 'In Review',
  new_status: 'Approved',
  version: 2,
  reason: 'all tests passed',
  request_id: EXAMPLE_REQUEST_ID,
  changed_at: '2026-03-02T14:07:31.250Z',
} as const;

/** The schema of core, with its name in the API document. */
export const auditEntry = auditEntrySchema.register(z.globalRegistry, {
  id: 'AuditEntry',
  description: 'The record of one status change. `version` is the one that the part got by it.',
  examples: [EXAMPLE_ENTRY],
});
