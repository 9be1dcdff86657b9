import { AuditDigestError, PartsError } from '@parts/core';
import { BackupError, CopyError, DatabaseOpenError } from '@parts/db';
import { ConfigError } from '../config.ts';
import { TokensFileError } from '../tokens/parse-tokens.ts';

const EXPECTED = [
  AuditDigestError,
  BackupError,
  CopyError,
  ConfigError,
  PartsError,
  TokensFileError,
];

/** What an operator has to know of a failure: the message when it was to be expected, else everything. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DatabaseOpenError) return `can't open the database: ${error.message}`;
  // The address can't be listened on, or HOST is no address: the message says it all.
  if (EXPECTED.some((kind) => error instanceof kind) || 'syscall' in error) return error.message;
  return error.stack ?? error.message;
}
