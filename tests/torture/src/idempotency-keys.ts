import { promise } from './broken-promise.ts';
import type { ChangeLedger } from './change-ledger.ts';
import { createChangeLedger } from './change-ledger.ts';
import type { HttpClient } from './http-client.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import { sendChange } from './writers.ts';

const REPLAYED = 'idempotent-replayed';

/**
 * A repeated key is answered with the stored result. Leaves the database as a reset does.
 *
 * @throws BrokenPromise
 */
export async function requireKeys(client: HttpClient, tally: Tally): Promise<void> {
  const ledger = createChangeLedger('keys', tally);
  const change = { partId: 1, status: 'Draft', key: 'twice' } as const;
  await sendChange(client, ledger, ledger.begin(change));
  const { headers } = await sendChange(client, ledger, ledger.begin(change));
  promise(headers[REPLAYED] === 'true', 'a repeated key is answered as such', () => headers);
  await client.send('/debug/reset', { method: 'POST' });
}

/**
 * Sends every change with a key again that got no answer, as a careful client does, and some
 * that got one. A key belongs to one part here. Each must be answered; `compareWithLedger` then finds any that happened twice.
 */
export async function retryWithKeys(
  client: HttpClient,
  ledger: ChangeLedger,
  random: Random,
): Promise<number> {
  const keyed = ledger.attempts.filter(({ key }) => key !== undefined);
  const known = new Set(
    keyed.filter(({ outcome }) => outcome.kind === 'acknowledged').map(({ key }) => key),
  );
  const unanswered = keyed.filter(({ key }) => !known.has(key));
  for (const attempt of unanswered) {
    const answer = await sendChange(client, ledger, ledger.begin(attempt));
    promise(answer.status === 200, 'a retry is answered with 200', () => [attempt, answer.text]);
  }
  const answered = keyed.filter(({ outcome }) => outcome.kind === 'acknowledged');
  for (let count = 0; count < 3 && answered.length > 0; count++) {
    const attempt = random.pick(answered);
    const { text, headers } = await sendChange(client, ledger, ledger.begin(attempt));
    const same = attempt.outcome.kind === 'acknowledged' && attempt.outcome.text === text;
    promise(
      same && headers[REPLAYED] === 'true',
      `the stored answer again, byte for byte: ${JSON.stringify(attempt.outcome)}`,
      () => [headers[REPLAYED], text],
    );
  }
  return unanswered.length;
}
