import { describe, expect, test } from 'vitest';
import { as, namedTokens, TEAM } from '../testing/named-tokens.ts';
import { shareStorage } from '../testing/open-app.ts';
import { entriesOf, expectProblem, partOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

const openTeam = () => openApp({ tokens: namedTokens(TEAM) });

test.for([
  ['kicad', 'Draft', 'editor'],
  ['kicad', 'Approved', 'editor'],
  ['eve', 'Approved', 'approver'],
  ['eve', 'Rejected', 'approver'],
] as const)(
  'the role of %s does not allow %s, which takes an %s',
  async ([name, status, needed]) => {
    const { changeStatus, readStats } = await openTeam();
    const response = await changeStatus(1, { status }, as(name));
    await expectProblem(response, 403, 'forbidden');
    expect(response.headers.get('WWW-Authenticate')).toBe(
      `Bearer realm="parts", error="insufficient_scope", scope="${needed}"`,
    );
    expect(await readStats()).toMatchObject({ audit_count: 0 });
  },
);

test.for([
  ['eve', 'Draft'],
  ['eve', 'In Review'],
  ['ada', 'Draft'],
  ['ada', 'Approved'],
  ['ada', 'Rejected'],
] as const)('the role of %s allows %s, and the audit has the name', async ([name, status]) => {
  const { changeStatus, send } = await openTeam();
  const response = await changeStatus(1, { status }, as(name));
  expect(await partOf(response)).toMatchObject({ status, version: 2 });
  const entries = await entriesOf(await send('GET', '/v1/audit', { headers: as('kicad') }));
  expect(entries).toMatchObject([{ actor: name, new_status: status }]);
});

test('each name may read', async () => {
  const { send } = await openTeam();
  for (const name of Object.keys(TEAM)) {
    for (const path of ['/v1/parts', '/v1/parts/1', '/v1/parts/1/audit', '/v1/audit']) {
      expect((await send('GET', path, { headers: as(name) })).status).toBe(200);
    }
  }
});

test('a reader who sends a large or malformed body gets a 403 as well', async () => {
  const { send } = await openTeam();
  for (const body of ['{', 'x'.repeat(100_000)]) {
    const init = { headers: as('kicad'), body };
    await expectProblem(await send('PATCH', '/v1/parts/1/status', init), 403, 'forbidden');
  }
});

test.for(['{}', 'null', '[]', '{"status":"approved"}', '{"status":["Approved"]}'])(
  'an editor is told what is wrong with %s',
  async (body) => {
    const { send } = await openTeam();
    const response = await send('PATCH', '/v1/parts/1/status', { headers: as('eve'), body });
    await expectProblem(response, 400, 'invalid_status_change');
  },
);

describe('while the body of a change is on its way', () => {
  /** Sends a change whose body ends only when the function that comes back is called. */
  async function beginChange() {
    const tokens = namedTokens(TEAM);
    const app = await openApp({ tokens });
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const writer = body.writable.getWriter();
    const response = app.send('PATCH', '/v1/parts/1/status', {
      headers: as('ada'),
      body: body.readable,
      duplex: 'half',
    } as RequestInit);
    await writer.write(new TextEncoder().encode('{"status":'));
    return {
      ...app,
      tokens,
      async end() {
        await writer.write(new TextEncoder().encode('"Approved"}'));
        await writer.close();
        return response;
      },
    };
  }

  test('a token that is taken away makes it a 401', async () => {
    const { tokens, end, storage } = await beginChange();
    tokens.set('ada', undefined);
    const response = await end();
    await expectProblem(response, 401, 'unauthorized');
    expect(response.headers.get('WWW-Authenticate')).toContain('error="invalid_token"');
    expect(await storage.audit.list({})).toEqual([]);
  });

  test('a role that is lowered makes it a 403', async () => {
    const { tokens, end, storage } = await beginChange();
    tokens.set('ada', { name: 'ada', role: 'editor' });
    await expectProblem(await end(), 403, 'forbidden');
    expect(await storage.audit.list({})).toEqual([]);
  });

  test('a token that changes nothing changes nothing', async () => {
    const { end, storage } = await beginChange();
    expect((await end()).status).toBe(200);
    expect(await storage.audit.list({})).toMatchObject([{ actor: 'ada' }]);
  });
});

const openRules = () =>
  openApp({
    tokens: namedTokens(TEAM),
    rules: { approval: 'four-eyes', reasonRequired: ['Rejected'], partNumberPattern: null },
  });

test('four eyes keep people from approving what they sent to review', async () => {
  const { changeStatus } = await openRules();
  expect((await changeStatus(1, { status: 'In Review' }, as('ada'))).status).toBe(200);
  const own = await changeStatus(1, { status: 'Approved' }, as('ada'));
  await expectProblem(own, 403, 'self_approval');
  expect(own.headers.get('WWW-Authenticate')).toBeNull();
  expect((await changeStatus(1, { status: 'Approved' }, as('bob'))).status).toBe(200);
});

test('four eyes let two who approve at once both have their say, one of them too late', async () => {
  const { changeStatus, storage } = await openRules();
  await changeStatus(1, { status: 'In Review' }, as('eve'));
  const answers = await Promise.all(
    ['ada', 'bob'].map((name) => changeStatus(1, { status: 'Approved' }, as(name))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await storage.audit.list({})).toHaveLength(2);
});

test('four eyes bring no result of another person under the same idempotency key', async () => {
  const { changeStatus } = await openRules();
  const key = { 'Idempotency-Key': 'k' };
  expect((await changeStatus(1, { status: 'Draft' }, { ...as('ada'), ...key })).status).toBe(200);
  const other = await changeStatus(1, { status: 'Draft' }, { ...as('bob'), ...key });
  await expectProblem(other, 422, 'idempotency_key_reused');
});

test('the session tells of four eyes and of the reasons that are required', async () => {
  const { send, changeStatus } = await openRules();
  const session = await send('GET', '/v1/session', { headers: as('eve') });
  expect(await session.text()).toBe(
    '{"name":"eve","role":"editor","approval":"four-eyes","reason_required":["Rejected"]}',
  );
  for (const reason of [undefined, null, '', ' \t\n']) {
    await changeStatus(1, { status: 'In Review' }, as('eve'));
    const response = await changeStatus(1, { status: 'Rejected', reason }, as('ada'));
    const { detail } = await expectProblem(response, 400, 'invalid_status_change');
    expect(detail).toBe('reason is missing; "Rejected" needs one here');
  }
});

test('the session of the one token has no name and allows everything', async () => {
  const { send } = await openApp();
  expect(await (await send('GET', '/v1/session')).text()).toBe(
    '{"name":null,"role":"approver","approval":"open","reason_required":[]}',
  );
});

test('the log line of a request has the name behind its token, and none without one', async () => {
  const { send, request, logged } = await openTeam();
  await send('GET', '/v1/parts/1', { headers: as('kicad') });
  await send('GET', '/v1/parts/1', { headers: as('nobody') });
  await request('/healthz');
  expect(logged.map(({ fields }) => fields)).toMatchObject([
    { actor: 'kicad' },
    { actor: undefined },
    { actor: undefined },
  ]);
});

test('a feed has the name, and ends when its token is taken away though nothing is committed', async () => {
  const tokens = namedTokens(TEAM);
  const { send, changeStatus, auditFeeds } = await openApp({ tokens });
  const open = (name: string) =>
    send('GET', '/v1/audit', { headers: { ...as(name), Accept: 'text/event-stream' } });
  await changeStatus(1, { status: 'Draft' }, as('ada'));
  const [ended, kept] = [await open('bob'), (await open('kicad')).body?.getReader()];
  await kept?.read();
  tokens.set('bob', undefined);
  auditFeeds.recheck();
  expect(await ended.text()).not.toContain('data:');
  const { value } = (await kept?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('"actor":"ada"');
  await kept?.cancel();
  expect(auditFeeds.count()).toBe(0);
});
