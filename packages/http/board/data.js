import { messageOf, Problem } from './api.js';
import { findOwnWork } from './rules.js';
import { ALL, draw, fail, IN_REVIEW, MINE, RETIRED, readRoute, STEP, state } from './store.js';

/** @typedef {import('./api.js').Part} Part */

/** The longest page of the API. */
const MAX_LIST = 1000;
const REFRESH_PAUSE_MS = 500;

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

async function loadCounts() {
  state.counts = (await state.api?.get('v1/parts/counts')) ?? {};
  draw();
}

export async function loadPart() {
  const { id } = readRoute();
  const { api } = state;
  if (!id || !api) {
    state.part = undefined;
    return draw();
  }
  try {
    const [part, history] = await Promise.all([
      api.get(`v1/parts/${id}`),
      api.get(`v1/parts/${id}/audit?limit=${STEP}`),
    ]);
    if (readRoute().id !== id) return;
    if (state.part?.version !== part.version || state.shownAt === Number.POSITIVE_INFINITY) {
      state.shownAt = performance.now();
    }
    Object.assign(state, { part, history, partProblem: '' });
  } catch (error) {
    if (readRoute().id !== id || !(error instanceof Problem && error.status === 404)) throw error;
    Object.assign(state, { part: undefined, history: [], partProblem: messageOf(error) });
  }
  draw();
}

let listRequest = new AbortController();

async function loadList() {
  listRequest.abort();
  listRequest = new AbortController();
  const { signal } = listRequest;
  const { api } = state;
  if (!api) return;
  try {
    const found = await (state.query.trim() === '' ? readTab(api, signal) : search(api, signal));
    if (signal.aborted) return;
    Object.assign(state, { ...found, listProblem: '' });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Problem)) throw error;
    Object.assign(state, { list: [], hasMore: false, listProblem: messageOf(error) });
  }
  draw();
}

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

/** Whose work a part is, by id and version: a history is read once. @type {Map<string, boolean>} */
const ownWork = new Map();

/** @param {import('./api.js').Api} api @param {Part[]} list @param {AbortSignal} signal */
async function keepMine(api, list, signal) {
  for (const { id, version } of list) {
    const key = `${state.session.name} ${id} ${version}`;
    if (ownWork.has(key)) continue;
    const history = await api.get(`v1/parts/${id}/audit?limit=${STEP}`, signal);
    ownWork.set(key, findOwnWork(history, state.session.name) !== undefined);
  }
  return list.filter(({ id, version }) => !ownWork.get(`${state.session.name} ${id} ${version}`));
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
