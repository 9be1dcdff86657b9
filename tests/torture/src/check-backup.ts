import { rm } from 'node:fs/promises';
import Database from 'better-sqlite3';
import type { ChangeLedger } from './change-ledger.ts';
import { compareWithLedger } from './compare-with-ledger.ts';
import { checkChain, readHistory } from './history.ts';
import type { Tally } from './tally.ts';

/**
 * Takes backups of a database that others write to, by both means that SQLite offers. Each must
 * be a database of its own with everything that was acknowledged before it was begun.
 *
 * @returns the number of backups
 */
export async function checkBackups(
  databasePath: string,
  ledger: ChangeLedger,
  tally: Tally,
): Promise<number> {
  const path = `${databasePath}.backup`;
  const ways = [
    (source: Database.Database) => source.backup(path),
    async (source: Database.Database) => source.prepare('VACUUM INTO ?').run(path),
  ];
  for (const backUp of ways) {
    const promised = ledger.attempts.map((attempt) => ({ ...attempt }));
    const source = new Database(databasePath);
    await backUp(source);
    source.close();
    const history = readHistory(path);
    checkChain(history, tally);
    const since = ledger.attempts
      .slice(promised.length)
      .map((attempt) => ({ ...attempt, outcome: { kind: 'unknown' as const } }));
    compareWithLedger(history, { attempts: [...promised, ...since] }, tally);
    await rm(path);
  }
  return ways.length;
}
