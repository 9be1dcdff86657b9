// What a good engineer writes in an afternoon: Express, its usual logger, the same driver.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import Database from 'better-sqlite3';
import express from 'express';
import morgan from 'morgan';
import { type AuditRow, auditInsert, type PartRow, partUpdate, STATUSES } from './statements.ts';

const { PORT = '0', DATABASE_PATH = '', AUTH_TOKEN = '' } = process.env;

const database = new Database(DATABASE_PATH);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.pragma('foreign_keys = ON');

const selectParts = database.prepare<[], PartRow>('SELECT * FROM parts ORDER BY id');
const selectPart = database.prepare<[number], PartRow>('SELECT * FROM parts WHERE id = ?');
const updatePart = database.prepare<PartRow>(partUpdate);
const insertAudit = database.prepare<AuditRow>(auditInsert);

const changeStatus = database.transaction((id: number, status: string, request_id: string) => {
  const before = selectPart.get(id);
  if (!before) return undefined;
  const changed_at = new Date().toISOString();
  const after = { ...before, status, version: before.version + 1, updated_at: changed_at };
  updatePart.run(after);
  insertAudit.run({
    part_id: id,
    old_status: before.status,
    new_status: status,
    version: after.version,
    request_id,
    changed_at,
  });
  return after;
});

const digest = (text: string) => createHash('sha256').update(text).digest();
const expected = digest(`Bearer ${AUTH_TOKEN}`);

const app = express();
app.use(morgan('combined'));
app.get('/healthz', (_request, response) => {
  response.json({ status: 'ok' });
});
app.use('/v1', (request, response, next) => {
  response.set('X-Request-Id', request.get('X-Request-Id') ?? randomUUID());
  if (timingSafeEqual(digest(request.get('Authorization') ?? ''), expected)) return next();
  response.status(401).set('WWW-Authenticate', 'Bearer').json({ code: 'unauthorized' });
});
app.use(express.json({ limit: '64kb' }));
app.get('/v1/parts', (_request, response) => {
  response.json(selectParts.all());
});
app.get('/v1/parts/:id', (request, response) => {
  answerPart(response, selectPart.get(Number(request.params.id)));
});
app.patch('/v1/parts/:id/status', (request, response) => {
  const { status } = request.body ?? {};
  if (!STATUSES.has(status)) {
    response.status(400).json({ code: 'invalid_status_change' });
    return;
  }
  const requestId = String(response.get('X-Request-Id'));
  answerPart(response, changeStatus.immediate(Number(request.params.id), status, requestId));
});
app.use(((error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ code: error.type ?? 'internal_error' });
}) satisfies express.ErrorRequestHandler);

const server = app.listen(Number(PORT), () => {
  const address = server.address();
  console.log(JSON.stringify({ msg: 'listening', port: (address as { port: number }).port }));
});
process.on('SIGTERM', () => process.exit());

function answerPart(response: express.Response, part: PartRow | undefined): void {
  if (part) response.json(part);
  else response.status(404).json({ code: 'part_not_found' });
}
