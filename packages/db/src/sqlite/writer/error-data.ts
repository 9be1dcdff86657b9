import type { ImportError, PartsErrorCode } from '@parts/core';
import { PartsError } from '@parts/core/rules';
import { DatabaseOpenError } from '../../database-open-error.ts';

/** An error as plain data: a copy between threads loses class and code. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly currentVersion: number | undefined;
  readonly partId: number | undefined;
  readonly errors: readonly ImportError[] | undefined;
  readonly cause: ErrorData | undefined;
}

export function encodeError(thrown: unknown): ErrorData {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: 'code' in error ? String(error.code) : undefined,
    currentVersion: error instanceof PartsError ? error.currentVersion : undefined,
    partId: error instanceof PartsError ? error.partId : undefined,
    errors: error instanceof PartsError ? error.errors : undefined,
    cause: error.cause === undefined ? undefined : encodeError(error.cause),
  };
}

export function decodeError(data: ErrorData): Error {
  const { name, message, stack, code } = data;
  const cause = data.cause && { cause: decodeError(data.cause) };
  const error = build();
  if (stack !== undefined) error.stack = stack;
  return error;

  function build(): Error {
    if (name === 'DatabaseOpenError') return new DatabaseOpenError(message, cause);
    if (name !== 'PartsError') return Object.assign(new Error(message, cause), code && { code });
    const version = data.currentVersion && { currentVersion: data.currentVersion };
    const owner = data.partId && { partId: data.partId };
    const errors = data.errors && { errors: data.errors };
    return new PartsError(code as PartsErrorCode, message, {
      ...cause,
      ...version,
      ...owner,
      ...errors,
    });
  }
}
