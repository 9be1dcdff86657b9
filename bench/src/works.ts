import type { Work } from './work.ts';
import { auditSizeWork } from './works/audit-size.ts';
import { feedsWork } from './works/feeds.ts';
import { fullListWork } from './works/full-list.ts';
import { getPartWork } from './works/get-part.ts';
import { getWhilePatchWork } from './works/get-while-patch.ts';
import { growthWork } from './works/growth.ts';
import { idempotentPatchWork } from './works/idempotent-patch.ts';
import { listPartsWork } from './works/list-parts.ts';
import { memoryWork } from './works/memory.ts';
import { pagesWork } from './works/pages.ts';
import { patchAloneWork, patchTogetherWork } from './works/patch-part.ts';
import { startWork } from './works/start.ts';

/** All that is measured, in the order of the table. */
export const WORKS: readonly Work[] = [
  getPartWork,
  listPartsWork,
  patchTogetherWork,
  patchAloneWork,
  idempotentPatchWork,
  getWhilePatchWork,
  pagesWork,
  auditSizeWork,
  fullListWork,
  feedsWork,
  startWork,
  memoryWork,
  growthWork,
];
