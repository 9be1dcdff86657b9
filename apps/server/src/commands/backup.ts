import { backUpDatabase } from '@parts/db';
import { readConfig } from '../config.ts';
import { type Command, readArguments, resolveTyped } from './command.ts';

export const backup: Command = {
  usage: 'FILE',
  summary: 'copy the database in DATABASE_PATH to a new file, also beside a running server',
  run(args, typed) {
    const [file = ''] = readArguments(args, ['FILE']);
    const { DATABASE_PATH } = readConfig(typed.env, typed.workingDirectory);
    backUpDatabase(DATABASE_PATH, resolveTyped(typed, file));
    console.log(`${DATABASE_PATH} is backed up to ${file}`);
    return 0;
  },
};
