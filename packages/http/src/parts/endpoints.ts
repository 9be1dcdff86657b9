import type { PartsService, Storage } from '@parts/core';
import { changeStatus } from './change-status.ts';
import { countParts } from './count-parts.ts';
import { createPart } from './create-part.ts';
import { editPart } from './edit-part.ts';
import { getPart } from './get-part.ts';
import { getVersion } from './get-version.ts';
import { listParts } from './list-parts.ts';

export const partsEndpoints = (parts: PartsService, statistics: Storage['statistics']) => [
  listParts(parts),
  createPart(parts),
  // Before the parts, of which none has this id.
  countParts(statistics),
  getPart(parts),
  editPart(parts),
  getVersion(parts),
  changeStatus(parts),
];
