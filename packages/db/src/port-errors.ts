import { PartsError } from '@parts/core/rules';

// What the ports promise to throw, in the same words for every engine.

/** @param cause for the log */
export function storageBusy(cause: unknown): PartsError {
  return new PartsError('storage_busy', 'the storage is locked by another process', { cause });
}

/** @param cause for the log */
export function storageUnavailable(cause: unknown): PartsError {
  return new PartsError('storage_unavailable', 'the storage does not work at the moment', {
    cause,
  });
}

/** The error of changes whose commit failed, or got no answer. @param cause for the log */
export function outcomeUnknown(cause: unknown): PartsError {
  return new PartsError(
    'storage_outcome_unknown',
    'the change may have been stored or not; a retry with the same Idempotency-Key counts once',
    { cause },
  );
}

export function storageClosed(): PartsError {
  return new PartsError('storage_unavailable', 'the storage is closed');
}
