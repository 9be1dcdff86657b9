import type { PartsService } from '@parts/core';
import { changeStatus } from './change-status.ts';
import { createPart } from './create-part.ts';
import { editPart } from './edit-part.ts';
import { getPart } from './get-part.ts';
import { getVersion } from './get-version.ts';
import { listParts } from './list-parts.ts';

export const partsEndpoints = (parts: PartsService) => [
  listParts(parts),
  getPart(parts),
  getVersion(parts),
  createPart(parts),
  editPart(parts),
  changeStatus(parts),
];
