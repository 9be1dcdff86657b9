import {
  creationInputSchema,
  editInputSchema,
  partSchema,
  partStatusSchema,
  statusChangeInputSchema,
} from '@parts/core';
import { z } from 'zod';

// The schemas of core, with their names in the API document.

export const partStatus = partStatusSchema.register(z.globalRegistry, {
  id: 'PartStatus',
  description: 'Any status may follow any other.',
});

export const part = partSchema.register(z.globalRegistry, {
  id: 'Part',
  description:
    '`version` starts at 1 and grows by 1 with each change. Times are in UTC. `retired_at` is null for a part in use.',
  examples: [
    {
      id: 2,
      part_number: 'PCB-1002',
      name: 'Power distribution board',
      description: '48 V input, four fused outputs',
      status: 'Approved',
      version: 2,
      created_at: '2026-01-05T09:00:00.000Z',
      updated_at: '2026-03-02T14:07:31.250Z',
      retired_at: null,
    },
  ],
});

export const statusChange = statusChangeInputSchema.register(z.globalRegistry, {
  id: 'StatusChange',
  description: 'Other members are ignored.',
  examples: [{ status: 'Approved', reason: 'all tests passed' }],
});

export const creation = creationInputSchema.register(z.globalRegistry, {
  id: 'PartCreation',
  description: 'Either `part_number` or `part_number_prefix`.',
  examples: [{ part_number: 'PCB-1004', name: 'Relay board' }],
});

export const edit = editInputSchema.register(z.globalRegistry, {
  id: 'PartEdit',
  description: 'Fields to edit, or `retired` alone.',
  examples: [{ name: 'Relay board, 8 channels', reason: 'typo' }],
});
