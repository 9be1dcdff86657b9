import type { AuditEntry, Part, StatusChangeInput } from '@parts/core';

export const EXAMPLE_REQUEST_ID = '1f6e9a52-6d0f-4c8e-9a55-2f1f7f0b7c11';

export const EXAMPLE_STATUS_CHANGE: StatusChangeInput = {
  status: 'Approved',
  reason: 'all tests passed',
};

export const EXAMPLE_PART: Part = {
  id: 2,
  part_number: 'PCB-1002',
  name: 'Power distribution board',
  description: '48 V input, four fused outputs',
  status: 'Approved',
  version: 2,
  created_at: '2026-01-05T09:00:00.000Z',
  updated_at: '2026-03-02T14:07:31.250Z',
};

export const EXAMPLE_AUDIT_ENTRY: AuditEntry = {
  id: 1,
  part_id: 2,
  old_status: 'In Review',
  new_status: 'Approved',
  version: 2,
  reason: 'all tests passed',
  request_id: EXAMPLE_REQUEST_ID,
  changed_at: '2026-03-02T14:07:31.250Z',
};
