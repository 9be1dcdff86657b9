import { Client, type ClientConfig, types } from 'pg';

/** Milliseconds for a host to answer at all. */
const CONNECT_TIMEOUT = 2000;

/** Milliseconds for a server to end a connection when asked to. */
const CLOSE_TIMEOUT = 1000;

const INT8 = types.builtins.INT8;

/**
 * Settings for statements that look rows up by an index, as all here do. A plan that was made while the tables
 * were empty is kept until the first ANALYZE: as a scan or a join of whole tables it would get slower with each
 * row. A scan is priced as forbidden then, and a statement of that price would be worth compiling.
 */
export const LOOK_UPS = `SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
  SET enable_mergejoin = off; SET jit = off`;

/** A prepared statement. The name is unique to the text; both never change. */
interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A statement with its values. */
export interface Query extends Statement {
  readonly values: readonly unknown[];
}

/** What a server says of itself: how durable an acknowledged change is depends on it. */
export interface ServerDescription {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** As PostgreSQL writes it: `17.6`. */
  readonly version: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
  /** Empty: no standby has to have a change before it is acknowledged. */
  readonly synchronous_standby_names: string;
}

/**
 * A connection in pipeline mode: statements are sent at once, without waiting for the answers to earlier
 * ones, and run in the order in which they were sent.
 */
export interface Connection {
  query<Row>(query: Query): Promise<Row[]>;
  /** Runs statements without values. @returns the command of the last one, as PostgreSQL names it */
  execute(text: string): Promise<string>;
  readonly server: ServerDescription;
  readonly processId: number;
  readonly isLost: boolean;
  /** Statements that were sent and not answered yet. */
  readonly underWay: number;
  /** Warnings 01000 since the last call; `commit` looks at them. */
  takeWarnings(): number;
  /** Calls the listener for each notification, with the process that sent it. */
  onNotification(listener: (processId: number) => void): void;
  /** Lets go at once; what is under way rejects. */
  destroy(): void;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** Statements that set the session up. */
  readonly settings: string;
  /** Milliseconds without any answer to a statement after which the server is taken for lost. */
  readonly patience: number;
}

const DESCRIBE = `SELECT current_setting('transaction_read_only') AS is_read_only,
  current_setting('server_version') AS version, current_setting('fsync') AS fsync,
  current_setting('synchronous_commit') AS synchronous_commit,
  current_setting('synchronous_standby_names') AS synchronous_standby_names, pg_backend_pid() AS process_id`;

/**
 * Opens a connection to a host.
 *
 * @param database its name, for the description
 * @throws Error when it can't be reached, refuses, or takes no writes
 */
export async function openConnection(
  url: string,
  { settings, patience }: ConnectionOptions,
  database: string,
): Promise<Connection> {
  const client = new Client({
    connectionString: url,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    fallback_application_name: 'parts-server',
    types: { getTypeParser: parserOf },
  });
  let isLost = false;
  let underWay = 0;
  let heardAt = 0;
  let warnings = 0;

  const watch = setInterval(() => {
    if (underWay > 0 && performance.now() - heardAt > patience) destroy();
  }, patience / 4).unref();
  const lost = () => {
    isLost = true;
    clearInterval(watch);
  };
  const destroy = () => {
    lost();
    client.connection.stream.destroy();
  };
  client.on('error', lost);
  client.on('end', lost);
  client.on('notice', ({ code }) => {
    if (code === '01000') warnings += 1;
  });

  function track<T>(answer: Promise<T>): Promise<T> {
    if (underWay === 0) heardAt = performance.now();
    underWay += 1;
    return answer.finally(() => {
      underWay -= 1;
      heardAt = performance.now();
    });
  }

  try {
    await client.connect();
    await client.query(settings);
    const { rows } = await client.query(DESCRIBE);
    const { is_read_only, process_id, ...server } = rows[0];
    if (is_read_only === 'on') throw new Error('it is a standby, or takes no writes');
    const { host, port } = client;
    return {
      server: { host, port, database, ...server },
      processId: process_id,
      query: ({ name, text, values }) =>
        track(client.query({ name, text, values: [...values] })).then(({ rows }) => rows),
      execute: (text) =>
        track(client.query(text)).then((result) => [result].flat().at(-1)?.command ?? ''),
      get isLost() {
        return isLost;
      },
      get underWay() {
        return underWay;
      },
      takeWarnings() {
        const taken = warnings;
        warnings = 0;
        return taken;
      },
      onNotification(listener) {
        client.on('notification', ({ processId }) => listener(processId));
      },
      destroy,
      async close() {
        // A server that does not answer must not keep this one from its end.
        const timer = setTimeout(destroy, CLOSE_TIMEOUT);
        await client.end();
        clearTimeout(timer);
      },
    };
  } catch (error) {
    destroy();
    throw error;
  }
}

/** Ids and versions are numbers up to 2^53 - 1, which the driver gives as text. */
const parserOf: NonNullable<ClientConfig['types']>['getTypeParser'] = (
  oid: number,
  format?: string,
) => (oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text'));
