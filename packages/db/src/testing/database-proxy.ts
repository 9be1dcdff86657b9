import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The answer to COMMIT (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const COMMITTED = Buffer.from('C\0\0\0\x0bCOMMIT\0', 'latin1');

/** The name of the statement that writes a group. */
const WRITE = 'insert entries';

/** What becomes of the next group that is written. */
interface Faults {
  /** Its statements reach the database, are lost with the connection, or stay on their way. */
  readonly statements: 'arrive' | 'cut' | 'freeze';
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
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: Faults | undefined;
  let isRefusing = false;

  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
    const database = connect(Number(target.port), target.hostname);
    let faults: Faults | undefined;
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
    client.on('data', (chunk: Buffer) => {
      if (armed && chunk.includes(WRITE)) {
        faults = armed;
        armed = undefined;
      }
      if (!faults || faults.statements === 'arrive') database.write(chunk);
      else if (faults.statements === 'cut') client.destroy();
    });
    database.on('data', async (chunk: Buffer) => {
      const onCommitted = chunk.includes(COMMITTED) ? faults?.onCommitted : undefined;
      if (onCommitted) faults = undefined;
      const answer = onCommitted ? await onCommitted(chunk) : chunk;
      if (answer) client.write(answer);
      else client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${port}` }).href,
    arm(faults) {
      armed = faults;
    },
    refuse() {
      isRefusing = true;
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
