import { openProxy } from '@parts/testkit';

/** The answer to COMMIT (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const COMMITTED = Buffer.from('C\0\0\0\x0bCOMMIT\0', 'latin1');

/** The name of the statement that writes a group. */
const WRITE = 'insert entries';

/** What becomes of the next group that is written. */
interface Faults {
  /** Its statements reach the database, or are lost with the connection. */
  readonly statements: 'arrive' | 'cut';
  /** Gets the answer to its COMMIT; gives what reaches the client, or undefined to cut the connection. */
  onCommitted?(answer: Buffer): Buffer | undefined | Promise<Buffer | undefined>;
}

/** A proxy in front of a database. */
export interface DatabaseProxy {
  readonly url: string;
  /** Lets the next group that is written meet faults, once. */
  arm(faults: Faults): void;
  /** Refuses new connections from here on. */
  refuse(): void;
}

/** Opens a proxy for the time of the test. */
export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  let ports = [Number(new URL(databaseUrl).port)];
  /** Of the group that is to come, and of the one whose answer is to come. */
  let armed: Faults | undefined;
  let written: Faults | undefined;

  const port = await openProxy(
    () => ports,
    (chunk, from) => {
      if (from === 'client' && armed && chunk.includes(WRITE)) {
        written = armed;
        armed = undefined;
        return written.statements === 'cut' ? undefined : chunk;
      }
      const onCommitted = chunk.includes(COMMITTED) ? written?.onCommitted : undefined;
      if (from === 'client' || !onCommitted) return chunk;
      written = undefined;
      return onCommitted(chunk);
    },
  );
  return {
    url: Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${port}` }).href,
    arm(faults) {
      armed = faults;
    },
    refuse() {
      ports = [];
    },
  };
}

/** Puts a warning before the answer to COMMIT, as PostgreSQL does when a wait for the standby was cancelled. */
export function warnBeforeCommit(answer: Buffer): Buffer {
  const fields = Buffer.from('SWARNING\0C01000\0Mcanceling wait for synchronous replication\0\0');
  const head = Buffer.alloc(5, 'N');
  head.writeInt32BE(fields.length + 4, 1);
  const place = answer.indexOf(COMMITTED);
  return Buffer.concat([answer.subarray(0, place), head, fields, answer.subarray(place)]);
}
