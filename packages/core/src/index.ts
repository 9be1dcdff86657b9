export { type AuditEntry, auditEntrySchema } from './audit-entry.ts';
export { type DecidedChange, decideChange } from './decide-change.ts';
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
  createPartsService,
  type PartsService,
} from './parts-service.ts';
export type {
  AuditPosition,
  AuditTail,
  CancellationSignal,
  Clock,
  DebugStorage,
  EventCursor,
  ListRange,
  PartsFilter,
  PartsQuery,
  PartsRepository,
  StorageStats,
} from './ports.ts';
export {
  type IdempotencyClaim,
  type StatusChange,
  type StatusChangeInput,
  type StatusChangeResult,
  statusChangeInputSchema,
} from './status-change.ts';
