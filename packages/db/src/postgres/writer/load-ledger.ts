import { type AuditEntry, type Change, foldCase, needsHistory, type Part } from '@parts/core';
import type { WriteCommand } from '../../writes/command.ts';
import type { Connection } from '../connection.ts';
import { ENTRY, LAST_ENTRY, PART } from '../queries.ts';
import { settleAll } from '../settle-all.ts';
import { enterPart, type Ledger, nameKey, type StoredKey } from './ledger.ts';

export const LOCK = 'SELECT epoch FROM audit_head WHERE one FOR UPDATE';

// Behind the lock, in a statement of its own: under READ COMMITTED each one sees what was committed before it.
const LAST_IDS = `SELECT ${LAST_ENTRY} AS entry,
  coalesce((SELECT id FROM parts ORDER BY id DESC LIMIT 1), 0) AS part`;

const PARTS = `SELECT ${PART} FROM parts WHERE id = ANY ($1::bigint[])`;
const PARTS_BY_NUMBER = `SELECT ${PART} FROM parts WHERE lower(part_number) = ANY ($1::text[])`;

// The range lets the index of the numbers serve; everything in it begins with the prefix.
const HIGHEST = `SELECT prefix,
  coalesce(max(substr(part_number, length(prefix) + 1)::bigint), 0) AS highest
  FROM unnest($1::text[]) AS wanted (prefix) LEFT JOIN parts
    ON lower(part_number) >= prefix AND lower(part_number) < prefix || chr(1114111)
    AND substr(part_number, length(prefix) + 1) ~ '^[0-9]{1,15}$'
  GROUP BY prefix`;

const KEYS = `SELECT k.part_id, k.key, k.fingerprint, k.created_at, a.version
  FROM unnest($1::bigint[], $2::text[]) AS wanted (part_id, key)
  JOIN idempotency_keys k ON k.part_id = wanted.part_id AND k.key = wanted.key
  JOIN audit_entries a ON a.id = k.audit_id`;

// From the version of a key on; all entries of a part for the rule "four eyes".
const HISTORIES = `WITH keyed AS (${KEYS}), needed AS (
    SELECT part_id, min(version) AS version FROM (
      SELECT part_id, version FROM keyed
      UNION ALL SELECT part_id, 1 FROM unnest($3::bigint[]) AS reviewed (part_id)
    ) wanted GROUP BY part_id)
  SELECT ${ENTRY.split(', ').map((column) => `e.${column}`)}
  FROM needed JOIN audit_entries e ON e.part_id = needed.part_id AND e.version >= needed.version
  ORDER BY e.version DESC`;

/**
 * Begins a transaction, takes the lock of those who write, and reads what the commands touch: all sent at
 * once, one round trip.
 */
export async function loadLedger(
  connection: Connection,
  commands: readonly WriteCommand[],
): Promise<Ledger> {
  const changes = commands.flatMap((command) => (command.kind === 'change' ? command.change : []));
  const ids = changes.flatMap((change) => (change.kind === 'part_created' ? [] : change.partId));
  const numbers = commands.flatMap(namesNumbers).map(foldCase);
  const prefixes = changes.flatMap((change) =>
    change.kind === 'part_created' && 'prefix' in change.number ? change.number.prefix : [],
  );
  const claims = changes.flatMap((change) =>
    change.kind === 'part_created' || !change.idempotency
      ? []
      : { id: change.partId, key: change.idempotency.key },
  );
  const reviewed = changes.filter(needsHistory).map(({ partId }) => partId);
  const keyValues = [claims.map(({ id }) => id), claims.map(({ key }) => key)];

  const read = <Row>(name: string, text: string, isNeeded: boolean, ...values: unknown[]) =>
    isNeeded ? connection.query<Row>({ name, text, values }) : Promise.resolve([]);

  const begun = connection.execute('BEGIN ISOLATION LEVEL READ COMMITTED');
  const head = read<{ epoch: string }>('lock', LOCK, true);
  const last = read<{ entry: number; part: number }>('last ids', LAST_IDS, true);
  const parts = read<Part>('parts', PARTS, ids.length > 0, [...new Set(ids)]);
  const named = read<Part>('numbers', PARTS_BY_NUMBER, numbers.length > 0, numbers);
  const highest = read<{ prefix: string; highest: number }>(
    'highest',
    HIGHEST,
    prefixes.length > 0,
    [...new Set(prefixes.map(foldCase))],
  );
  const keys = read<KeyRow>('keys', KEYS, claims.length > 0, ...keyValues);
  const isHistoryNeeded = claims.length + reviewed.length > 0;
  const histories = read<AuditEntry>(
    'histories',
    HISTORIES,
    isHistoryNeeded,
    ...keyValues,
    reviewed,
  );
  await settleAll<unknown>([begun, head, last, parts, named, highest, keys, histories]);

  const [{ epoch } = missing()] = await head;
  const [{ entry, part } = missing()] = await last;
  const ledger: Ledger = {
    epoch,
    lastEntryId: entry,
    lastPartId: part,
    parts: new Map(),
    owners: new Map(),
    histories: Map.groupBy(await histories, ({ part_id }) => part_id),
    keys: new Map((await keys).map((row) => [nameKey(row.part_id, row.key), row])),
    highest: new Map((await highest).map(({ prefix, highest }) => [prefix, highest])),
    newEntries: [],
    newKeys: new Map(),
  };
  for (const found of [...(await parts), ...(await named)]) enterPart(ledger, found);
  return ledger;
}

interface KeyRow extends StoredKey {
  readonly part_id: number;
  readonly key: string;
}

function missing(): never {
  throw new Error('the database has no row in audit_head');
}

/** The numbers that a command would give to parts, or by which it finds them. */
function namesNumbers(command: WriteCommand): string[] {
  if (command.kind === 'import') return command.batch.rows.map(({ part_number }) => part_number);
  return command.kind === 'change' ? numbersOf(command.change) : [];
}

function numbersOf(change: Change): string[] {
  if (change.kind === 'part_created') return 'exact' in change.number ? [change.number.exact] : [];
  const { part_number } = change.kind === 'part_edited' ? change.content : {};
  return part_number === undefined ? [] : [part_number];
}
