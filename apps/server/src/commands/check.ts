import { checkDatabase, checkStorage } from '@parts/db';
import { readConfig } from '../config.ts';
import { type Command, readArguments, resolveTyped } from './command.ts';
import { openPostgres } from './open-postgres.ts';

export const check: Command = {
  usage: '[FILE]',
  summary: 'check the database, or a file: the audit without gaps, parts as their entries say',
  async run(args, typed) {
    const [file] = args.length === 0 ? [] : readArguments(args, ['FILE']);
    const { DATABASE_URL, DATABASE_PATH } = readConfig(typed.env, typed.workingDirectory);
    const { name, faults } =
      DATABASE_URL && file === undefined
        ? await checkPostgres(DATABASE_URL)
        : checkFile(file ?? DATABASE_PATH);
    if (faults.length === 0) {
      console.log(`${name} is sound`);
      return 0;
    }
    for (const fault of faults) console.log(`${name}: ${fault}`);
    return 1;

    function checkFile(name: string) {
      return { name, faults: checkDatabase(resolveTyped(typed, name)) };
    }
  },
};

async function checkPostgres(url: string) {
  const storage = await openPostgres(url);
  try {
    const { host, port, database } = storage.readServer();
    return { name: `${host}:${port}/${database}`, faults: await checkStorage(storage) };
  } finally {
    await storage.close();
  }
}
