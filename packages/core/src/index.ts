export { needsHistory } from './approval.ts';
export { AuditDigestError, hashAudit, type TextHash } from './audit-digest.ts';
export { type AuditEntry, auditEntrySchema, ENTRY_KINDS, type EntryKind } from './audit-entry.ts';
export type { AuditBatch, AuditFilter, AuditLog, AuditPosition } from './audit-log.ts';
export type {
  Change,
  ChangeResult,
  Creation,
  Edit,
  IdempotencyClaim,
  PartChange,
  PartContent,
  Retirement,
  StatusChange,
} from './change.ts';
export type { ChangeContext } from './change-context.ts';
export { type Clock, createPartsService } from './create-parts-service.ts';
export {
  type ImportError,
  invalidImport,
  PartsError,
  type PartsErrorCode,
  type PartsErrorOptions,
} from './errors.ts';
export {
  executeChange,
  executeImport,
  type KeyRecord,
  type Transaction,
} from './execute-change.ts';
export {
  IMPORT_MODES,
  type Import,
  type ImportMode,
  type ImportReport,
  type ImportRow,
  importReportSchema,
  MAX_IMPORT_ROWS,
} from './import.ts';
export { IMPORT_COLUMNS, importRowInputSchema, type RawRow } from './import-input.ts';
export {
  type DropReason,
  type OutboxProgress,
  type OutboxRelay,
  type OutboxRelayOptions,
  readOutboxProgress,
  startOutboxRelay,
} from './outbox-relay.ts';
export type { ListRange, Page } from './page.ts';
export { type Part, partSchema } from './part.ts';
export { type Outlook, PART_ACTIONS, type PartAction } from './part-actions.ts';
export {
  type CreationInput,
  creationInputSchema,
  type EditInput,
  editInputSchema,
} from './part-input.ts';
export { PART_STATUSES, type PartStatus, partStatusSchema } from './part-status.ts';
export { foldCase, isChosen } from './parts-filter.ts';
export {
  type CancellationSignal,
  MAX_WORDS,
  type PartsAtPosition,
  type PartsFilter,
  type PartsQuery,
  type PartsRepository,
} from './parts-repository.ts';
export type {
  ImportOptions,
  PartsPage,
  PartsService,
} from './parts-service.ts';
export { restoreVersion } from './restore-version.ts';
export { type StatusChangeInput, statusChangeInputSchema } from './status-change-input.ts';
export { addCounts, type StatusCounts } from './status-counts.ts';
export type {
  CommitCounts,
  EndOfWork,
  Maintenance,
  OutboxCursor,
  Statistics,
  Storage,
  StorageCounts,
} from './storage.ts';
export {
  APPROVAL_RULES,
  type ApprovalRule,
  NO_RULES,
  REASONED_CHANGES,
  type ReasonedChange,
  type Rules,
} from './team-rules.ts';
