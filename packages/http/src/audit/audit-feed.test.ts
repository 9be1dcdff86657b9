import { type AuditLog, auditEntrySchema, PartsError } from '@parts/core';
import { buildStatusChange } from '@parts/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem } from '../testing/read-answers.ts';
import { createAuditFeeds } from './audit-feed.ts';

const openApp = shareStorage();

interface FeedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly id?: number };
}

const ACCEPT = { Accept: 'text/event-stream' };

/** Follows a feed as a client does; what came so far is in `events`, and `comments` counts the heartbeats. */
async function follow(
  send: Awaited<ReturnType<typeof openApp>>['send'],
  { query = '', lastEventId = '' } = {},
) {
  const response = await send('GET', `/v1/audit${query}`, {
    headers: { Accept: 'text/event-stream', 'Last-Event-ID': lastEventId },
  });
  const events: FeedEvent[] = [];
  const state = { events, comments: 0, isEnded: false };
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const finished = (async () => {
    let rest = '';
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const match = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block);
        if (!match) state.comments += block === ': heartbeat' ? 1 : 0;
        else {
          const [, id = '', event = '', data = ''] = match;
          const dataSchema = event === 'reset' ? z.strictObject({}) : auditEntrySchema;
          events.push({ id, event, data: dataSchema.parse(JSON.parse(data)) });
        }
      }
    }
    state.isEnded = true;
  })();
  return { response, state, finished, leave: () => reader?.cancel() };
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });
const ids = ({ events }: { events: FeedEvent[] }) => events.map(({ data }) => data.id);

describe('a live feed', () => {
  test('brings the entries that exist and then each change, in order', async () => {
    const { send, changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft', reason: 'why' });
    await changeStatus(2, { status: 'Draft' });
    const { response, state, leave } = await follow(send);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
    await until(() => expect(ids(state)).toEqual([1, 2]));
    await changeStatus(3, { status: 'Draft' });
    await until(() => expect(ids(state)).toEqual([1, 2, 3]));
    expect(state.events[0]).toMatchObject({
      event: 'status_changed',
      data: { id: 1, part_id: 1, new_status: 'Draft', reason: 'why', version: 2 },
    });
    await leave();
  });

  test('brings a long history whole', async () => {
    const { send, storage } = await openApp();
    for (let batch = 0; batch < 11; batch += 1) {
      const changes = Array.from({ length: 200 }, () => storage.parts.change(buildStatusChange()));
      await Promise.all(changes);
    }
    const { state, leave } = await follow(send);
    await until(() => expect(state.events.at(-1)?.data.id).toBe(2200));
    expect(ids(state)).toEqual(Array.from({ length: 2200 }, (_, index) => index + 1));
    await leave();
  });

  test('goes on after Last-Event-ID, or after the parameter', async () => {
    const { send, changeStatus } = await openApp();
    for (const id of [1, 2, 3]) await changeStatus(id, { status: 'Draft' });
    const first = await follow(send);
    await until(() => expect(ids(first.state)).toEqual([1, 2, 3]));
    const lastEventId = first.state.events[1]?.id ?? '';
    const second = await follow(send, { lastEventId, query: '?after=0' });
    const third = await follow(send, { query: '?after=1' });
    await until(() => expect(ids(second.state)).toEqual([3]));
    await until(() => expect(ids(third.state)).toEqual([2, 3]));
    await Promise.all([first, second, third].map(({ leave }) => leave()));
  });

  test('misses nothing and repeats nothing under load, for every reader, across reconnects', async () => {
    const { send, changeStatus } = await openApp();
    const total = 600;
    const steady = await follow(send);
    let seen: FeedEvent[] = [];
    const writing = (async () => {
      for (let done = 0; done < total; done += 20) {
        await Promise.all(
          Array.from({ length: 20 }, (_, i) => changeStatus(1 + (i % 12), { status: 'Draft' })),
        );
      }
    })();
    for (let reconnects = 0; reconnects < 10 || seen.length < total; reconnects += 1) {
      const feed = await follow(send, { lastEventId: seen.at(-1)?.id ?? '' });
      await until(() => expect(feed.state.events.length + feed.state.comments).toBeGreaterThan(0));
      await feed.leave();
      seen = [...seen, ...feed.state.events];
    }
    await writing;
    const all = Array.from({ length: total }, (_, index) => index + 1);
    expect(ids({ events: seen })).toEqual(all);
    await until(() => expect(ids(steady.state)).toEqual(all));
    await steady.leave();
  });

  test('announces a reset, at once and to a client that comes back later', async () => {
    const { send, changeStatus } = await openApp();
    for (const id of [1, 2, 3]) await changeStatus(id, { status: 'Draft' });
    const live = await follow(send);
    await until(() => expect(ids(live.state)).toEqual([1, 2, 3]));
    const lastEventId = live.state.events.at(-1)?.id ?? '';
    await send('POST', '/debug/reset');
    await until(() => expect(live.state.events.at(-1)).toMatchObject({ event: 'reset' }));
    for (let i = 0; i < 5; i += 1) await changeStatus(4, { status: 'Draft' });
    await until(() => expect(ids(live.state)).toEqual([1, 2, 3, undefined, 1, 2, 3, 4, 5]));
    const late = await follow(send, { lastEventId });
    await until(() => expect(ids(late.state)).toEqual([undefined, 1, 2, 3, 4, 5]));
    expect(late.state.events[0]?.event).toBe('reset');
    await Promise.all([live.leave(), late.leave()]);
  });

  test('announces a reset to a client that comes from beyond the end, as after a restored backup', async () => {
    const { send, changeStatus } = await openApp();
    for (const id of [1, 2]) await changeStatus(id, { status: 'Draft' });
    const first = await follow(send);
    await until(() => expect(ids(first.state)).toEqual([1, 2]));
    await first.leave();
    const lastEventId = first.state.events.at(-1)?.id.replace(/\d+$/, '50') ?? '';
    const { state, leave } = await follow(send, { lastEventId });
    await until(() => expect(ids(state)).toEqual([undefined, 1, 2]));
    expect(state.events[0]).toMatchObject({ event: 'reset' });
    await changeStatus(3, { status: 'Draft' });
    await until(() => expect(ids(state)).toEqual([undefined, 1, 2, 3]));
    await leave();
  });

  test('sends a heartbeat when nothing happens', async () => {
    const { send } = await openApp();
    const { state, leave } = await follow(send);
    await until(() => expect(state.comments).toBeGreaterThan(1));
    await leave();
  });

  test('holds nothing while its client does not read, and catches up from the table', async () => {
    const { send, changeStatus, auditFeeds } = await openApp();
    const response = await send('GET', '/v1/audit', { headers: ACCEPT });
    for (let i = 0; i < 150; i += 1) await changeStatus(1, { status: 'Draft' });
    const reader = response.body?.getReader();
    const chunks = [await reader?.read(), await reader?.read(), await reader?.read()];
    const text = chunks.map((chunk) => new TextDecoder().decode(chunk?.value)).join('');
    expect(text.match(/^event: status_changed$/gm)).toHaveLength(150);
    await reader?.cancel();
    expect(auditFeeds.count()).toBe(0);
  });

  test('is refused when too many are open, and served again when one has ended', async () => {
    const { send, auditFeeds } = await openApp();
    const feeds = [await follow(send), await follow(send), await follow(send)];
    const refused = await follow(send);
    expect(refused.response.status).toBe(503);
    expect(refused.response.headers.get('Retry-After')).toBe('1');
    expect(auditFeeds.count()).toBe(3);
    await feeds[0]?.leave();
    const welcome = await follow(send);
    expect(welcome.response.status).toBe(200);
    await Promise.all([...feeds.slice(1), welcome].map(({ leave }) => leave()));
    expect(auditFeeds.count()).toBe(0);
  });

  test('says that it is open before anything happens, and tells proxies to pass it on', async () => {
    const { send } = await openApp();
    const response = await send('GET', '/v1/audit', { headers: ACCEPT });
    expect(response.headers.get('X-Accel-Buffering')).toBe('no');
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(
      /^: open\nid: \w+-0\n\n$/,
    );
    await reader?.cancel();
  });

  test('brings from the end what comes from now on', async () => {
    const { send, changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft' });
    const { state, leave } = await follow(send, { query: '?after=end' });
    await changeStatus(2, { status: 'Draft' });
    await until(() => expect(ids(state)).toEqual([2]));
    await leave();
  });

  test('tells where it begins, so that a client which comes back before the first event misses none', async () => {
    const { send, changeStatus } = await openApp();
    await changeStatus(1, { status: 'Draft' });
    const response = await send('GET', '/v1/audit?after=end', { headers: ACCEPT });
    const reader = response.body?.getReader();
    const opening = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    await changeStatus(2, { status: 'Draft' });
    const lastEventId = /^id: (.*)$/m.exec(opening)?.[1];
    const { state, leave } = await follow(send, { query: '?after=end', lastEventId });
    await until(() => expect(ids(state)).toEqual([2]));
    await leave();
  });

  test('brings at once the entries that were committed while no feed was open', async () => {
    const { storage, changeStatus } = await openApp();
    const feeds = createAuditFeeds({
      audit: storage.audit,
      maxFeeds: 1,
      heartbeatInterval: 3_600_000,
    });
    const { epoch } = await storage.audit.findEnd();
    const open = () => feeds.open({ epoch, id: 0 }, () => true)?.getReader();
    const first = open();
    await first?.read();
    const pending = first?.read();
    // The end of the audit has been read, and is shared with other feeds at that place.
    await until(() => expect(feeds.count()).toBe(1));
    await new Promise(setImmediate);
    await first?.cancel();
    await pending;
    await changeStatus(1, { status: 'Draft' });
    const second = open();
    await second?.read();
    const chunk = new TextDecoder().decode((await second?.read())?.value);
    expect(chunk).toMatch(/^event: status_changed$/m);
    await second?.cancel();
  });

  test.for([
    ['text/event-stream', true],
    ['Text/Event-Stream', true],
    ['text/event-stream;q=0.9, application/json;q=0.1', true],
    ['text/event-stream;q=0', false],
    ['text/event-stream;q=0.1, application/json', false],
    ['application/json', false],
    ['*/*', false],
    ['text/event-streams', false],
  ] as const)('is opened by Accept: %s? %s', async ([accept, isFeed]) => {
    const { send } = await openApp();
    const response = await send('GET', '/v1/audit', { headers: { Accept: accept } });
    const type = isFeed ? 'text/event-stream' : 'application/json';
    expect(response.headers.get('Content-Type')).toBe(type);
    await response.body?.cancel();
  });

  test('is not opened by HEAD', async () => {
    const { send, auditFeeds } = await openApp();
    await send('HEAD', '/v1/audit', { headers: ACCEPT });
    expect(auditFeeds.count()).toBe(0);
  });

  test('ends when the feeds are closed, after the committed entries', async () => {
    const { send, changeStatus, auditFeeds } = await openApp();
    const { state, finished } = await follow(send);
    await changeStatus(1, { status: 'Draft' });
    auditFeeds.close();
    await finished;
    expect(ids(state)).toEqual([1]);
    expect((await follow(send)).response.status).toBe(503);
  });

  test.for(['x', '1', '-1', 'zz-1', 'ab-01', 'ab-', '-', 'ab-99999999999999999'])(
    'refuses the Last-Event-ID %s',
    async (lastEventId) => {
      const { send } = await openApp();
      const { response } = await follow(send, { lastEventId });
      expect(response.status).toBe(400);
    },
  );
});

describe('a fault of the storage', () => {
  /** The tail of a real database, of which the methods that are named fail. */
  async function openFaultyApp() {
    const { storage, database } = await openApp();
    const faults = new Set<keyof AuditLog>();
    const failIf = (method: keyof AuditLog) => {
      if (faults.has(method)) throw new PartsError('storage_unavailable', 'a fault');
    };
    const audit: AuditLog = {
      ...storage.audit,
      async findEnd() {
        failIf('findEnd');
        return storage.audit.findEnd();
      },
      async readAfter(position, limit) {
        failIf('readAfter');
        return storage.audit.readAfter(position, limit);
      },
      onCommit(listener) {
        failIf('onCommit');
        return storage.audit.onCommit(listener);
      },
    };
    const auditFeeds = createAuditFeeds({ audit, maxFeeds: 1, heartbeatInterval: 50 });
    const app = await openApp({ storage: { ...storage, audit }, auditFeeds, database });
    return { ...app, auditFeeds, faults };
  }

  test('ends the feeds that read meanwhile and is forgotten when it has passed', async () => {
    const { send, changeStatus, auditFeeds, faults } = await openFaultyApp();
    await changeStatus(1, { status: 'Draft' });
    faults.add('readAfter');
    const broken = await send('GET', '/v1/audit', { headers: ACCEPT });
    await expect(broken.text()).rejects.toThrow('a fault');
    expect(auditFeeds.count()).toBe(0);
    faults.clear();
    const { state, leave } = await follow(send);
    await until(() => expect(ids(state)).toEqual([1]));
    await leave();
  });

  test.for(['findEnd', 'onCommit'] as const)(
    'is a 503 while a feed opens, and is forgotten: %s',
    async (method) => {
      const { send, changeStatus, auditFeeds, faults } = await openFaultyApp();
      faults.add(method);
      for (const lastEventId of ['', 'ab-1']) {
        const headers = { ...ACCEPT, 'Last-Event-ID': lastEventId };
        const response = await send('GET', '/v1/audit', { headers });
        await expectProblem(response, 503, 'storage_unavailable');
      }
      expect(auditFeeds.count()).toBe(0);
      faults.clear();
      const { state, leave } = await follow(send);
      await until(() => expect(state.comments).toBeGreaterThan(0));
      await changeStatus(1, { status: 'Draft' });
      await until(() => expect(ids(state)).toEqual([1]));
      await leave();
    },
  );
});
