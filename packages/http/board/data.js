import { messageOf, Problem } from './api.js';
import {
  ALL,
  byName,
  draw,
  fail,
  IN_REVIEW,
  MINE,
  RETIRED,
  readRoute,
  STEP,
  state,
} from './store.js';

/** @typedef {import('./api.js').Part} Part */

/** The longest page of the API. */
const MAX_LIST = 1000;
const REFRESH_PAUSE_MS = 500;
/** A read without an answer for so long has failed. */
const READ_MS = 20_000;

/** Reads again what is shown. */
export async function refresh() {
  await Promise.all([loadList(), loadCounts(), loadPart()]).catch(fail);
}

let refreshing = false;
let isStale = false;

/** Under a burst of events the page reads every half second, not for every event. */
export async function refreshSoon() {
  isStale = true;
  if (refreshing) return;
  refreshing = true;
  while (isStale && state.api) {
    await new Promise((resolve) => setTimeout(resolve, REFRESH_PAUSE_MS));
    isStale = false;
    await refresh();
  }
  refreshing = false;
}

/**
 * Of the runs of a read only the latest counts: an answer to an older one that comes late is
 * dropped, as is one for a view that was left. A run that is superseded ends with its successor.
 * @param {(api: import('./api.js').Api, signal: AbortSignal) => Promise<Partial<typeof state>>} read finds what the state is to be
 */
function latest(read) {
  let controller = new AbortController();
  /** @type {Promise<void>} */
  let newest = Promise.resolve();

  async function run() {
    const { signal } = controller;
    const { api } = state;
    const address = location.hash;
    if (!api) return;
    try {
      const found = await read(api, AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]));
      if (signal.aborted) return newest;
      // An answer to one person is not for the next.
      if (state.api === api && location.hash === address) Object.assign(state, found);
    } catch (error) {
      if (signal.aborted) return newest;
      if (location.hash === address) throw error;
    }
    draw();
  }

  return function runLatest() {
    controller.abort();
    controller = new AbortController();
    newest = run();
    return newest;
  };
}

const loadCounts = latest(async (api, signal) => ({
  counts: await api.get('v1/parts/counts', signal),
}));

export const loadPart = latest(async (api, signal) => {
  const { id } = readRoute();
  if (!id) return { part: undefined };
  try {
    let part, actions, history;
    // The history is read after the part and so is never older. Where it is newer, the part is old.
    do {
      ({ part, actions } = await api.get(`v1/parts/${id}/actions`, signal));
      history = await api.get(`v1/parts/${id}/audit?limit=${STEP}`, signal);
    } while (history[0]?.version > part.version);
    const isShown =
      state.part?.version === part.version && state.shownAt !== Number.POSITIVE_INFINITY;
    const shownAt = isShown ? state.shownAt : performance.now();
    return { part, actions: byName(actions), history, shownAt, partProblem: '' };
  } catch (error) {
    if (!(error instanceof Problem && error.status === 404)) throw error;
    return { part: undefined, history: [], partProblem: messageOf(error) };
  }
});

const loadList = latest(async (api, signal) => {
  try {
    const isSearch = state.query.trim() !== '';
    const found = await (isSearch ? search(api, signal) : readTab(api, signal));
    return { ...found, listProblem: '' };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { list: [], hasMore: false, listProblem: messageOf(error) };
  }
});

/** @param {import('./api.js').Api} api @param {AbortSignal} signal */
async function readTab(api, signal) {
  const { tab } = readRoute();
  const status = tab === MINE ? IN_REVIEW : tab;
  const filter =
    tab === ALL ? '' : tab === RETIRED ? '&retired=true' : `&status=${encodeURIComponent(status)}`;
  const page = await readPage(api, `v1/parts?limit=${state.limit}${filter}`, signal);
  if (tab === MINE) page.list = await keepMine(api, page.list, signal);
  return page;
}

/** A part with exactly this number comes first, retired or not. @param {import('./api.js').Api} api @param {AbortSignal} signal */
async function search(api, signal) {
  const text = encodeURIComponent(state.query.trim());
  const [exact, { list, hasMore }] = await Promise.all([
    api.get(`v1/parts?part_number=${text}&retired=any`, signal).catch(() => []),
    readPage(api, `v1/parts?q=${text}&limit=${state.limit}`, signal),
  ]);
  const ids = new Set(exact.map((/** @type {Part} */ part) => part.id));
  return { list: [...exact, ...list.filter((part) => !ids.has(part.id))], hasMore };
}

/**
 * A search looks at some thousand parts a page, so that a page can be short: go on until the list is filled.
 * @param {import('./api.js').Api} api @param {string} path @param {AbortSignal} signal
 */
async function readPage(api, path, signal) {
  /** @type {Part[]} */
  const list = [];
  /** @type {string | undefined} */
  let next = path;
  while (next && list.length < state.limit) {
    const response = await api.request(next, { signal });
    list.push(...(await response.json()));
    const [, query] = /\?([^>]*)>; rel="next"/.exec(response.headers.get('Link') ?? '') ?? [];
    next = query && `v1/parts?${query}`;
  }
  return { list, hasMore: next !== undefined && state.limit < MAX_LIST };
}

/** Whether a part can be approved, by person, id and version: each is asked for once. @type {Map<string, boolean>} */
const approvable = new Map();

/** @param {import('./api.js').Api} api @param {Part[]} list @param {AbortSignal} signal */
async function keepMine(api, list, signal) {
  for (const { id, version } of list) {
    const key = `${state.session.name} ${id} ${version}`;
    if (approvable.has(key)) continue;
    const { actions } = await api.get(`v1/parts/${id}/actions`, signal);
    approvable.set(key, byName(actions)['Approved']?.refusal === null);
  }
  return list.filter(({ id, version }) => approvable.get(`${state.session.name} ${id} ${version}`));
}

export function showMore() {
  state.limit = Math.min(MAX_LIST, state.limit + STEP);
  loadList().catch(fail);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let searchTimer;

/** @param {string} query */
export function setQuery(query) {
  Object.assign(state, { query, limit: STEP });
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => loadList().catch(fail), 150);
  draw();
}
