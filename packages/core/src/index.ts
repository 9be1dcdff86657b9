export { type AuditEntry, auditEntrySchema } from './audit-entry.ts';
export type { AuditPosition } from './audit-position.ts';
export type { ChangeResult, IdempotencyClaim, StatusChange } from './change.ts';
export { checkRetry, type Decision, decideChange } from './decide-change.ts';
export { PartsError, type PartsErrorCode, partNotFound } from './errors.ts';
export {
  type DropReason,
  type OutboxProgress,
  type OutboxRelay,
  type OutboxRelayOptions,
  startOutboxRelay,
} from './outbox-relay.ts';
export type { Page } from './page.ts';
export { type Part, partSchema } from './part.ts';
export { PART_STATUSES, type PartStatus, partStatusSchema } from './part-status.ts';
export {
  type ChangeStatusContext,
  type Clock,
  createPartsService,
  type PartsService,
} from './parts-service.ts';
export { restoreVersion } from './restore-version.ts';
export { type StatusChangeInput, statusChangeInputSchema } from './status-change-input.ts';
export type {
  AuditBatch,
  AuditLog,
  CancellationSignal,
  CommitCounts,
  ListRange,
  Maintenance,
  OutboxCursor,
  PartsAtPosition,
  PartsFilter,
  PartsQuery,
  PartsRepository,
  Statistics,
  Storage,
  StorageCounts,
} from './storage.ts';
