import { parseArgs } from 'node:util';
import { openAudit } from '@parts/db';
import { readConfig } from '../config.ts';
import { digestAudit } from '../digest/digest-audit.ts';
import { type Command, UsageError } from './command.ts';
import { openPostgres } from './open-postgres.ts';

export const auditDigest: Command = {
  usage: '[--until ID]',
  summary: 'print the SHA-256 of the audit of the database, all of it or up to an entry',
  async run(args, { env, workingDirectory }) {
    const { values } = parseArgs({ args: [...args], options: { until: { type: 'string' } } });
    if (values.until !== undefined && !/^(0|[1-9]\d{0,14})$/.test(values.until)) {
      throw new UsageError('--until must be the id of an audit entry, or 0');
    }
    const until = values.until === undefined ? undefined : Number(values.until);
    const { DATABASE_URL, DATABASE_PATH } = readConfig(env, workingDirectory);
    const opened = DATABASE_URL ? await openPostgres(DATABASE_URL) : openAudit(DATABASE_PATH);
    try {
      console.log(JSON.stringify(await digestAudit(opened.audit, until)));
      return 0;
    } finally {
      await opened.close();
    }
  },
};
