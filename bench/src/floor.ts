// The same API with as little as possible between the socket and SQLite: no
// framework, no layers, no validation library. It keeps what is promised to
// clients (durable changes with their audit row, authentication in constant time,
// one log line for each request), so it is the limit of what a framework can reach.
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { write } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Database from 'better-sqlite3';

interface PartRow {
  readonly id: number;
  readonly status: string;
  readonly version: number;
}

const PAGE = 500;
const STATUSES: ReadonlySet<unknown> = new Set(['Draft', 'In Review', 'Approved', 'Rejected']);
const { PORT = '0', DATABASE_PATH = '', AUTH_TOKEN = '' } = process.env;

const database = new Database(DATABASE_PATH);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.pragma('foreign_keys = ON');

const selectPart = database.prepare<[number], PartRow>('SELECT * FROM parts WHERE id = ?');
const selectPage = preparePage(database);
// Its insert changes the part as well, by a trigger.
const insertAudit = database.prepare(`
  INSERT INTO audit_entries (part_id, kind, old_status, new_status, version, request_id, changed_at)
  VALUES (@part_id, 'status_changed', @old_status, @new_status, @version, @request_id, @changed_at)`);

const changeStatus = database.transaction((id: number, status: string, requestId: string) => {
  const before = selectPart.get(id);
  if (!before) return undefined;
  const changed_at = new Date().toISOString();
  const after = { ...before, status, version: before.version + 1, updated_at: changed_at };
  insertAudit.run({
    part_id: id,
    old_status: before.status,
    new_status: status,
    version: after.version,
    request_id: requestId,
    changed_at,
  });
  return after;
}).immediate;

const credentials = Buffer.from(`Bearer ${AUTH_TOKEN}`, 'latin1');

const server = createServer((request, response) => {
  const startedAt = performance.now();
  const requestId = randomUUID();
  response.setHeader('X-Request-Id', requestId);
  response.on('finish', () => {
    log(
      `{"level":"info","time":"${new Date().toISOString()}","request_id":"${requestId}",` +
        `"method":"${request.method}","path":${JSON.stringify(request.url)},` +
        `"status":${response.statusCode},"duration_ms":${(performance.now() - startedAt).toFixed(3)},` +
        `"msg":"request"}\n`,
    );
  });
  route(request, response, requestId);
});

server.listen(Number(PORT), () => {
  const address = server.address();
  log(`${JSON.stringify({ msg: 'listening', port: (address as { port: number }).port })}\n`);
});
process.on('SIGTERM', () => process.exit());

function route(request: IncomingMessage, response: ServerResponse, requestId: string): unknown {
  const { method, url = '' } = request;
  if (url === '/healthz') return answer(response, 200, { status: 'ok' });
  if (!isAuthorized(request.headers.authorization)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    return answer(response, 401, { code: 'unauthorized' });
  }
  if (url === '/v1/parts' && method === 'GET') return answerList(response);
  const [, id, leaf] = /^\/v1\/parts\/([1-9]\d*)(\/status)?$/.exec(url) ?? [];
  if (id === undefined) return answer(response, 404, { code: 'route_not_found' });
  if (leaf === undefined && method === 'GET') {
    return answerPart(response, selectPart.get(Number(id)));
  }
  if (leaf !== undefined && method === 'PATCH') {
    return readBody(request, (body) => {
      const status = parseStatus(body);
      if (status === undefined) return answer(response, 400, { code: 'invalid_status_change' });
      return answerPart(response, changeStatus(Number(id), status, requestId));
    });
  }
  return answer(response, 405, { code: 'method_not_allowed' });
}

/** Compares in constant time for a token of the right length. */
function isAuthorized(header = ''): boolean {
  const offered = Buffer.from(header, 'latin1');
  return offered.length === credentials.length && timingSafeEqual(offered, credentials);
}

function readBody(request: IncomingMessage, done: (body: string) => unknown): unknown {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  return request.on('end', () => done(Buffer.concat(chunks).toString()));
}

function parseStatus(body: string): string | undefined {
  try {
    const { status } = JSON.parse(body);
    return STATUSES.has(status) ? status : undefined;
  } catch {
    return undefined;
  }
}

function answerPart(response: ServerResponse, part: PartRow | undefined): unknown {
  if (part) return answer(response, 200, part);
  return answer(response, 404, { code: 'part_not_found' });
}

function answer(response: ServerResponse, status: number, body: unknown): unknown {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  return response.end(text);
}

/** One page is answered at once; more are streamed from a snapshot on a connection of its own. */
function answerList(response: ServerResponse): unknown {
  const first = selectPage.all(0, PAGE);
  if (first.length < PAGE) return answer(response, 200, first);
  const snapshot = new Database(DATABASE_PATH, { readonly: true });
  snapshot.exec('BEGIN');
  const page = preparePage(snapshot);
  let last = 0;
  response.on('close', () => snapshot.close());
  response.writeHead(200, { 'Content-Type': 'application/json' });
  return next();

  function next(): unknown {
    if (response.destroyed) return undefined;
    const rows = page.all(last, PAGE);
    const items = JSON.stringify(rows).slice(1, -1);
    const text = (last === 0 ? '[' : rows.length > 0 ? ',' : '') + items;
    last = rows.at(-1)?.id ?? last;
    if (rows.length < PAGE) return response.end(`${text}]`);
    return response.write(text) ? setImmediate(next) : response.once('drain', next);
  }
}

function preparePage(connection: Database.Database) {
  return connection.prepare<[number, number], PartRow>(
    'SELECT * FROM parts WHERE id > ? ORDER BY id LIMIT ?',
  );
}

/** Lines that come up while one write is under way share the next. */
let unwritten = '';
let isWriting = false;
function log(line: string): void {
  unwritten += line;
  if (!isWriting) writeLog();
}

function writeLog(): void {
  isWriting = unwritten !== '';
  if (!isWriting) return;
  const text = unwritten;
  unwritten = '';
  write(process.stdout.fd, text, writeLog);
}
