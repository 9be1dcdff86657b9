import { PartsError } from '@parts/core';
import { storageBusy, storageUnavailable } from '../port-errors.ts';
import { NoPrimaryError } from './connect.ts';

/** SQLSTATE of what another transaction is to blame for (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const BUSY = new Set(['40001', '40P01', '55P03', '57014']);

/** Classes of SQLSTATE that are faults of the environment: connection, resources, operator, system. */
const OUTAGE = /^(08|25006|25P03|28|3D|53|57|58|F0|XX)/;

/** The connection, or its session, ended: what was under way may have been done or not. */
const CONNECTION_LOSS = /^(08|25P0[34]|57P)/;

/** The SQLSTATE, or the code of the operating system; undefined for what the driver says by itself. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** As the driver says it: an error without a code. */
export function connectionLost(message: string): Error {
  return new Error(message);
}

/** True when the connection was lost. The driver's own errors, which have no code, all say that. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof NoPrimaryError) return true;
  if (error instanceof PartsError || !(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === undefined) return error.constructor === Error;
  return /^E[A-Z_]+$/.test(code) || CONNECTION_LOSS.test(code);
}

/** True when the same may succeed on a new connection, or at once: nothing was written. */
export function isTransient(error: unknown): boolean {
  return isConnectionLoss(error) || /^(25006|40001|40P01)$/.test(codeOf(error) ?? '');
}

/** Turns what the driver throws into the errors that the ports promise; leaves everything else as it is. */
export function toStorageError(error: unknown): unknown {
  if (error instanceof PartsError) return error;
  const code = codeOf(error) ?? '';
  if (BUSY.has(code)) {
    return storageBusy(error);
  }
  return isConnectionLoss(error) || OUTAGE.test(code) ? storageUnavailable(error) : error;
}
