export { type AuditEntry, auditEntrySchema } from './audit-entry.ts';
export { PartsError, type PartsErrorCode, partNotFound } from './errors.ts';
export { isPartId, type Part, partSchema } from './part.ts';
export { PART_STATUSES, type PartStatus, partStatusSchema } from './part-status.ts';
export {
  type ChangeStatusContext,
  createPartsService,
  type PartsService,
} from './parts-service.ts';
export type {
  CancellationSignal,
  Clock,
  DebugStorage,
  PartsRepository,
  StatusChange,
  StorageStats,
} from './ports.ts';
export {
  parseStatusChangeInput,
  type StatusChangeInput,
  statusChangeInputSchema,
} from './status-change.ts';
