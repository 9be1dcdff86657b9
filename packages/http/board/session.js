import { createApi, messageOf } from './api.js';
import { refresh, refreshSoon } from './data.js';
import { followAudit } from './feed.js';
import { byName, draw, readRoute, STEP, say, state } from './store.js';

const TOKEN = 'parts-token';

let stopFeed = () => {};

/** @param {string} [token] as it was typed; else the one that this tab has kept */
export async function start(token = sessionStorage.getItem(TOKEN) ?? '') {
  if (token === '') return draw();
  const api = createApi(token, (problem) => endSession(messageOf(problem)));
  try {
    const [session, actions] = await Promise.all([
      api.get('v1/session'),
      api.get('v1/session/actions'),
    ]);
    sessionStorage.setItem(TOKEN, token);
    // What one person typed is not for the next.
    if (state.session && state.session.name !== session.name) return location.reload();
    Object.assign(state, { api, session, can: byName(actions) });
  } catch (error) {
    return say(messageOf(error));
  }
  stopFeed();
  stopFeed = followAudit(api, refreshSoon, (live) => {
    state.live = live;
    draw();
  });
  await Promise.all([navigate(), readLimits(api)]);
}

/** The document is long, and the first view does without. @param {Api} api */
async function readLimits(api) {
  const document = await api.get('openapi.json').catch(() => undefined);
  state.fields = document?.components.schemas.PartCreation.properties ?? {};
  draw();
}

/** What was typed stays: a token that expires must not cost a text. @param {string} note */
function endSession(note) {
  sessionStorage.removeItem(TOKEN);
  stopFeed();
  Object.assign(state, { api: undefined, list: undefined, part: undefined });
  say(note);
}

/** Leaves nothing behind for the next person at this screen. */
export function signOut() {
  sessionStorage.removeItem(TOKEN);
  location.reload();
}

/** Shows what the address says. */
export async function navigate() {
  const { id, action } = readRoute();
  state.note = '';
  if (id === 0) state.limit = STEP;
  // An edit begins with the part as it is, not as it was shown last.
  if (state.part?.id !== id || action === 'edit') {
    Object.assign(state, { part: undefined, partProblem: '', actions: {}, history: [] });
  }
  draw();
  await refresh();
  requestAnimationFrame(() => {
    const isTyping = document.activeElement?.matches('input, textarea, select');
    if (!isTyping) document.getElementById('title')?.focus();
  });
}
