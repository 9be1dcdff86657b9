import { storageClosed } from '../port-errors.ts';
import { connect } from './connect.ts';
import { type Connection, LOOK_UPS, type Query } from './connection.ts';
import type { Hosts } from './hosts.ts';
import { retry } from './retry.ts';
import { settleAll } from './settle-all.ts';

/** Connections for short reads: a slow one leaves the others free. */
const SIZE = 4;

// A stream whose reader stands still for a minute ends: its snapshot keeps the rows of then from being removed.
const SETTINGS = `${LOOK_UPS}; SET statement_timeout = 10000; SET idle_in_transaction_session_timeout = 60000`;

/** Reads from the server that takes writes. What a lost connection left unanswered is asked again. */
export interface Readers {
  /** @throws PartsError `storage_…` */
  query<Row>(query: Query): Promise<Row[]>;
  /** Runs queries on one snapshot: all of them show the state of one moment. */
  querySnapshot(queries: readonly Query[]): Promise<unknown[][]>;
  /** Opens a connection of its own, which the caller closes. */
  open(): Promise<Connection>;
  close(): Promise<void>;
}

/** @param patience milliseconds for which a read is tried again */
export function createReaders(hosts: Hosts, patience: number): Readers {
  const slots: (Promise<Connection> | undefined)[] = Array.from({ length: SIZE });
  const opened: (Connection | undefined)[] = Array.from({ length: SIZE });
  let isClosed = false;

  const open = () => connect(hosts, { settings: SETTINGS, patience: patience + 10_000 });

  /** The connection that has the least to do; a new one when all have something. */
  function take(): Promise<Connection> {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let place = 0; place < SIZE && least > 0; place += 1) {
      const connection = opened[place];
      if (connection?.isLost) slots[place] = opened[place] = undefined;
      // One that is not open yet takes some time.
      const cost = opened[place]?.underWay ?? (slots[place] ? 1000 : 0.5);
      if (cost < least) {
        least = cost;
        best = place;
      }
    }
    return slots[best] ?? openSlot(best);
  }

  function openSlot(place: number): Promise<Connection> {
    const opening = open();
    slots[place] = opening;
    opening.then(
      (connection) => {
        opened[place] = connection;
      },
      () => {
        slots[place] = undefined;
      },
    );
    return opening;
  }

  function attempt<T>(read: () => Promise<T>): Promise<T> {
    return retry(performance.now() + patience, async () => {
      if (isClosed) throw storageClosed();
      return read();
    });
  }

  return {
    query: (query) => attempt(async () => (await take()).query(query)),

    querySnapshot: (queries) =>
      attempt(async () => {
        const connection = await take();
        const sent = [
          connection.execute('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY'),
          ...queries.map((query) => connection.query(query)),
          connection.execute('COMMIT'),
        ];
        const answers = await settleAll<unknown>(sent);
        return answers.slice(1, -1) as unknown[][];
      }),

    open: () => attempt(open),

    async close() {
      isClosed = true;
      const connections = await Promise.allSettled(slots);
      await Promise.allSettled(
        connections.map((slot) => (slot.status === 'fulfilled' ? slot.value?.close() : undefined)),
      );
    },
  };
}
