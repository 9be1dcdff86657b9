import type { PartsErrorCode, PartsErrorOptions } from '@parts/core';
import { PartsError } from '@parts/core/rules';
import { DatabaseOpenError } from '../../database-open-error.ts';

/** An error as plain data: a copy between threads loses class and code. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  /** What a `PartsError` has beside. */
  readonly details: Omit<PartsErrorOptions, 'cause'>;
  readonly cause: ErrorData | undefined;
}

export function encodeError(thrown: unknown): ErrorData {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    code: 'code' in error ? String(error.code) : undefined,
    details: error instanceof PartsError ? readDetails(error) : {},
    cause: cause === undefined ? undefined : encodeError(cause),
  };
}

const readDetails = ({ currentVersion, partId, errors }: PartsError) => ({
  currentVersion,
  partId,
  errors,
});

export function decodeError({ name, message, stack, code, details, cause }: ErrorData): Error {
  const options = cause && { cause: decodeError(cause) };
  const error = build();
  if (stack !== undefined) error.stack = stack;
  return error;

  function build(): Error {
    if (name === 'DatabaseOpenError') return new DatabaseOpenError(message, options);
    if (name !== 'PartsError') return Object.assign(new Error(message, options), code && { code });
    return new PartsError(code as PartsErrorCode, message, { ...options, ...details });
  }
}
