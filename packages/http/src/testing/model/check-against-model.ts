import type { OpenAppOptions } from '../open-app.ts';
import type { Action } from './actions.ts';
import { countAll, countByStatus, getPart, listPage } from './listings.ts';
import { refusal, reset } from './model.ts';
import {
  chooseTags,
  type HttpRequest,
  listToHttp,
  listToModel,
  misuseCursor,
  type PreparedChange,
} from './requests.ts';
import { openSession, type Session } from './session.ts';

/** Does one action after the other to the app on a new database, and compares each answer with the model's. */
export async function checkAgainstModel(
  actions: readonly Action[],
  options: OpenAppOptions,
  isTeam: boolean,
): Promise<void> {
  const session = await openSession(options, isTeam);
  const sent: PreparedChange[] = [];
  try {
    for (const action of actions) {
      session.passTime(1);
      await perform(action, session, sent);
    }
    await session.restart();
    await compareAll(session);
  } finally {
    await session.close();
  }
}

async function perform(action: Action, session: Session, sent: PreparedChange[]): Promise<void> {
  switch (action.do) {
    case 'change': {
      const change = session.prepare(action);
      sent.push(change);
      return session.compareChange(change);
    }
    case 'retry': {
      const change = sent[action.which % sent.length];
      return change && session.compareChange(change, true);
    }
    case 'imitate': {
      const keyed = sent.filter(({ key }) => key !== undefined);
      const change = keyed[action.which % keyed.length];
      return change && session.compareChange({ ...change, by: action.by });
    }
    case 'together':
      return session.compareTogether(action.changes.map(session.prepare));
    case 'get': {
      const { id, ifNoneMatch } = action;
      const model = session.readModel();
      const version = model.parts.find((part) => part.id === id.means)?.version ?? 1;
      const tags = chooseTags(ifNoneMatch, version);
      const request = get(`/v1/parts/${id.text}`, tags && { 'If-None-Match': tags.text });
      return session.compare(request, getPart(model, id.means, tags ? tags.means : []));
    }
    case 'list':
      return session.compare(
        listToHttp(action),
        listPage(session.readModel(), listToModel(action)),
      );
    case 'follow': {
      const page = session.pages[action.which % session.pages.length];
      return page && session.compare(get(page.url), listPage(session.readModel(), page.listing));
    }
    case 'misuse': {
      const page = session.pages[action.which % session.pages.length];
      const path = page && misuseCursor(page, action.how);
      return path === undefined
        ? undefined
        : session.compare(get(path), refusal(400, { fault: 'invalid_parameter' }));
    }
    case 'no token': {
      const request = { method: 'PATCH', path: '/v1/parts/1/status', body: '{"status":"Draft"}' };
      const headers = { Authorization: '' };
      return session.compare({ ...request, headers }, refusal(401, { fault: 'unauthorized' }));
    }
    case 'stats':
      return session.compare(get('/debug/stats'), countAll(session.readModel()));
    case 'reset': {
      const request = { ...get('/debug/reset'), method: 'POST' };
      return session.compareAfter(reset(session.readModel()), request);
    }
    case 'restart':
      return session.restart();
    case 'wait':
      return session.passTime(action.hours * 3600);
  }
}

/** Every part in every version, the whole audit, and the audit of every part. */
async function compareAll(session: Session): Promise<void> {
  const model = session.readModel();
  await session.compare(get('/v1/parts'), listPage(model, { of: 'parts' }));
  const all = listPage(model, { of: 'parts', retired: 'any' });
  await session.compare(get('/v1/parts?retired=any'), all);
  await session.compare(get('/v1/audit?limit=1000'), listPage(model, { of: 'audit', limit: 1000 }));
  for (const { id } of model.parts) {
    await session.compare(get(`/v1/parts/${id}`), getPart(model, id, []));
    await session.compare(
      get(`/v1/parts/${id}/audit?limit=1000`),
      listPage(model, { of: 'part audit', part_id: id, limit: 1000 }),
    );
  }
  for (const part of model.versions) {
    const path = `/v1/parts/${part.id}/versions/${part.version}`;
    await session.compare(get(path), { status: 200, body: part });
  }
  await session.compare(get('/v1/parts/counts'), countByStatus(model));
  await session.compare(get('/debug/stats'), countAll(model));
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return { method: 'GET', path, headers };
}
