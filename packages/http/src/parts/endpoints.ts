import type { PartsService } from '@parts/core';
import { changeStatus } from './change-status.ts';
import { getPart } from './get-part.ts';
import { listParts } from './list-parts.ts';

export const partsEndpoints = (parts: PartsService) => [
  listParts(parts),
  getPart(parts),
  changeStatus(parts),
];
