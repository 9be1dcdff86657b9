import {
  type Answer,
  assert,
  type History,
  readHistory,
  readPostgresHistory,
} from '@parts/testkit';
import { createCheckedClient, sendChange } from './checked-client.ts';
import { type Attempt, checkAgainstLedger, type OpenLedger } from './ledger.ts';
import type { Tally } from './torture-test.ts';

const AT_ONCE = 8;

/**
 * Compares what a server has stored and shows with the ledger; then sends again what carries a key,
 * and creations, whose number is their key, and compares once more.
 *
 * @param database a path, or the URL of a PostgreSQL database
 */
export async function checkStored(
  server: Parameters<typeof createCheckedClient>[0],
  database: string,
  ledger: OpenLedger,
  tally: Tally,
): Promise<void> {
  const client = createCheckedClient(server, tally);
  const read = () =>
    database.startsWith('postgres:') ? readPostgresHistory(database) : readHistory(database);
  const history = await read();
  checkAgainstLedger(history, ledger);
  const shown: History['parts'] = JSON.parse((await client.send('/v1/parts?retired=any')).text);
  const pick = ({ id, name, status, version }: History['parts'][number]) =>
    [id, name, status, version].join();
  assert(
    shown.map(pick).join() === history.parts.map(pick).join(),
    'a server that shows what is stored',
    () => [history.parts, shown],
  );

  const repeatable = ledger.attempts.filter(({ key, change: { path }, outcome }) => {
    const isOpen =
      outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.status === 503);
    return key === undefined
      ? isOpen && path === '/v1/parts'
      : isOpen || outcome.kind === 'acknowledged';
  });
  await Promise.all(Array.from({ length: AT_ONCE }, retry));
  await client.close();
  checkAgainstLedger(await read(), ledger);

  async function retry(): Promise<void> {
    for (let attempt = repeatable.pop(); attempt; attempt = repeatable.pop()) {
      checkRetry(attempt, await sendChange(client, ledger, ledger.begin(attempt)));
    }
  }
}

/** A stored answer comes again byte for byte; a change that did not happen is made now, if the part allows it. */
function checkRetry({ outcome }: Attempt, { status, text, headers }: Answer): void {
  const isReplay = headers['idempotent-replayed'] === 'true';
  assert(
    outcome.kind === 'acknowledged'
      ? isReplay && text === outcome.text
      : [200, 201, 409].includes(status) && !(outcome.kind === 'refused' && isReplay),
    'a retry that counts once',
    () => [outcome, isReplay, text],
  );
}
