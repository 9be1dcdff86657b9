import type { AuditLog } from '@parts/core';
import type { Log } from '../log/log.ts';
import { digestAudit } from './digest-audit.ts';

const HOUR = 3_600_000;

/**
 * Logs the digest of the audit now and then every so many hours: a log that is kept elsewhere can
 * prove later that the history was not rewritten.
 *
 * @returns a function that ends it
 */
export function logDigests(audit: AuditLog, hours: number, { log }: Log): () => void {
  const logDigest = () =>
    digestAudit(audit).then(
      (digest) => log.info(digest, 'audit digest'),
      (error: unknown) => log.error({ err: error }, 'the audit has no digest'),
    );
  void logDigest();
  const timer = setInterval(logDigest, hours * HOUR).unref();
  return () => clearInterval(timer);
}
