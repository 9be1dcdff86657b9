import { type ListAuditOptions, listAudit } from './list-audit.ts';
import { listPartAudit } from './list-part-audit.ts';

export const auditEndpoints = (options: ListAuditOptions) => [
  listPartAudit(options.parts),
  listAudit(options),
];
