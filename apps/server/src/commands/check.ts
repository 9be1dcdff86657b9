import { checkDatabase } from '@parts/db';
import { type Command, readArguments, resolveTyped } from './command.ts';

export const check: Command = {
  usage: 'FILE',
  summary: 'check a database: its integrity, the audit without gaps, parts as their entries say',
  run(args, typed) {
    const [file = ''] = readArguments(args, ['FILE']);
    const faults = checkDatabase(resolveTyped(typed, file));
    if (faults.length === 0) {
      console.log(`${file} is sound`);
      return 0;
    }
    for (const fault of faults) console.log(`${file}: ${fault}`);
    return 1;
  },
};
