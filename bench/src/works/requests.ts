import type { RequestTemplate } from '../load.ts';

/** The parts that are read and changed: few enough to lie in every database. */
const PART_IDS = Array.from({ length: 100 }, (_, index) => index + 1);

const STATUSES = ['Draft', 'In Review', 'Approved', 'Rejected'];

export const CONNECTIONS = 32;

export const getPart: readonly RequestTemplate[] = PART_IDS.map((id) => ({
  method: 'GET',
  path: `/v1/parts/${id}`,
}));

export const getList: readonly RequestTemplate[] = [{ method: 'GET', path: '/v1/parts' }];

export const patchPart: readonly RequestTemplate[] = PART_IDS.map((id) => ({
  method: 'PATCH',
  path: `/v1/parts/${id}/status`,
  body: JSON.stringify({ status: STATUSES[(id * 7) % STATUSES.length] }),
}));

/** The same, each with a header that has a value of its own. */
export function withUniqueHeader(name: string): readonly RequestTemplate[] {
  return patchPart.map((template) => ({ ...template, uniqueHeader: name }));
}

/** A database as small as the works need it. */
export const HUNDRED_PARTS = { parts: 100, auditEntries: 0 } as const;
