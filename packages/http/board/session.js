import { createApi, describeApi, messageOf } from './api.js';
import { refresh, refreshSoon } from './data.js';
import { followAudit } from './feed.js';
import { forgetForm } from './form-view.js';
import { byName, draw, drawNow, readRoute, STEP, state } from './store.js';

const TOKEN = 'parts-token';

let stopFeed = () => {};

/** @param {string} [token] as it was typed; else the one that this tab has kept */
export async function start(token = sessionStorage.getItem(TOKEN) ?? '') {
  if (token === '') return draw();
  const api = createApi(token, (problem) => signOut(`${problem.message}.`));
  try {
    const [session, document, actions] = await Promise.all([
      readSession(api),
      api.get('openapi.json'),
      api.get('v1/session/actions'),
    ]);
    // What one person typed is not for the next.
    if (session.name !== state.session.name) {
      state.texts.clear();
      forgetForm();
    }
    const description = describeApi(document);
    Object.assign(state, { api, session, description, can: byName(actions), note: '' });
    sessionStorage.setItem(TOKEN, token);
  } catch (error) {
    state.note = messageOf(error);
    return draw();
  }
  stopFeed();
  const onState = (/** @type {string} */ live) => {
    state.live = live;
    draw();
  };
  stopFeed = followAudit(api, {
    onOpen: refresh,
    onEntry: refreshSoon,
    onReset: refreshSoon,
    onState,
  });
  await navigate();
}

/** @param {import('./api.js').Api} api @returns {Promise<import('./api.js').Session>} */
const readSession = (api) => api.get('v1/session');

/** What was typed stays: a token that expires must not cost a text. @param {string} [note] */
export function signOut(note = '') {
  sessionStorage.removeItem(TOKEN);
  stopFeed();
  Object.assign(state, { api: undefined, list: undefined, part: undefined, history: [], note });
  draw();
}

/** Shows what the address says. */
export async function navigate() {
  const { id, action } = readRoute();
  state.note = '';
  state.limit = STEP;
  if (state.part?.id !== id || action === 'edit') {
    // What the list shows may be old. An edit begins with the part as it is.
    state.part = action === 'edit' ? undefined : state.list?.find((part) => part.id === id);
    Object.assign(state, { actions: {}, history: [], partProblem: '' });
    state.shownAt = Number.POSITIVE_INFINITY;
  }
  drawNow();
  document.getElementById('title')?.focus();
  await refresh();
  if (document.activeElement === document.body) document.getElementById('title')?.focus();
}
