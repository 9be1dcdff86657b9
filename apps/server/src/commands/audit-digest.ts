import { parseArgs } from 'node:util';
import { openAudit } from '@parts/db';
import { digestAudit } from '../digest/digest-audit.ts';
import { type Command, readDatabasePath, UsageError } from './command.ts';

export const auditDigest: Command = {
  usage: '[--until ID]',
  summary: 'print the SHA-256 of the audit in DATABASE_PATH, all of it or up to an entry',
  async run(args, typed) {
    const { values } = parseArgs({ args: [...args], options: { until: { type: 'string' } } });
    if (values.until !== undefined && !/^(0|[1-9]\d{0,14})$/.test(values.until)) {
      throw new UsageError('--until must be the id of an audit entry, or 0');
    }
    const until = values.until === undefined ? undefined : Number(values.until);
    const opened = openAudit(
      readDatabasePath(typed, 'set AUDIT_DIGEST_HOURS, and the server logs the digest'),
    );
    try {
      console.log(JSON.stringify(await digestAudit(opened.audit, until)));
      return 0;
    } finally {
      opened.close();
    }
  },
};
