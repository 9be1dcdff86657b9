import { messageOf, Problem } from './api.js';
import { byName, draw, readRoute, STEP, say, state, TAB } from './store.js';

/** The longest page of the API. */
const MAX_LIST = 1000;
const REFRESH_PAUSE_MS = 500;
const SEARCH_PAUSE_MS = 150;
/** A read without an answer for so long has failed. */
const READ_MS = 20_000;

let controller = new AbortController();
/** @type {Promise<unknown>} */
let latest = Promise.resolve();

/** Reads what the address shows. Of several runs the latest counts; the others end with it. */
export function refresh() {
  controller.abort();
  controller = new AbortController();
  latest = readAll(controller.signal);
  return latest;
}

/** @param {AbortSignal} signal */
async function readAll(signal) {
  const { api } = state;
  const address = location.hash;
  if (!api) return;
  // An answer to one person, or for one address, is not for the next.
  const isCurrent = () => !signal.aborted && state.api === api && location.hash === address;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]);
  const reads = [readList, readCounts, readPart].map(async (read) => {
    const found = await read(api, limited);
    if (!isCurrent()) return;
    Object.assign(state, found);
    draw();
  });
  await Promise.all(reads).catch((error) => {
    // What to do about a change that failed says more.
    if (isCurrent() && !state.note) say(messageOf(error));
  });
  if (signal.aborted) await latest;
}

let isStale = false;
let isRefreshing = false;

/** Under a burst of events the page reads every half second, not for every event. */
export async function refreshSoon() {
  isStale = true;
  if (isRefreshing) return;
  isRefreshing = true;
  while (isStale && state.api) {
    await new Promise((resolve) => setTimeout(resolve, REFRESH_PAUSE_MS));
    isStale = false;
    await refresh();
  }
  isRefreshing = false;
}

/** @param {Api} api @param {AbortSignal} signal */
const readCounts = async (api, signal) => ({ counts: await api.get('v1/parts/counts', signal) });

/** @param {Api} api @param {AbortSignal} signal */
async function readPart(api, signal) {
  const { id } = readRoute();
  if (!id) return { part: undefined };
  try {
    const { part, actions } = await api.get(`v1/parts/${id}/actions`, signal);
    /** @type {AuditEntry[]} */
    const entries = await api.get(`v1/parts/${id}/audit?limit=${STEP}`, signal);
    // The feed tells of a change that came between the two.
    const history = entries.filter(({ version }) => version <= part.version);
    const isShown = state.part?.id === id && state.part.version === part.version;
    const shownAt = isShown ? state.shownAt : performance.now();
    return { part, actions: byName(actions), history, shownAt, partProblem: '' };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { part: undefined, partProblem: messageOf(error) };
  }
}

/** @param {Api} api @param {AbortSignal} signal */
async function readList(api, signal) {
  const { limit } = state;
  const text = encodeURIComponent(state.query.trim());
  const path = `v1/parts?limit=${limit}&${text ? `q=${text}` : filterOf(readRoute().tab)}`;
  let hasMore = false;
  try {
    // A part with exactly this number comes first, retired or not.
    const exact = text ? await findExact(api, text, signal) : [];
    const list = [...exact];
    // A search looks at some thousand parts a page, so that a page can be short.
    for await (const { items, isLast } of api.readPages(path, signal)) {
      list.push(...items.filter((/** @type {Part} */ { id }) => id !== exact[0]?.id));
      hasMore = !isLast && limit < MAX_LIST;
      if (list.length >= limit) break;
    }
    const isMine = !text && readRoute().tab === TAB.mine;
    const shown = isMine ? await keepMine(api, list, signal) : list;
    return { list: shown, hasMore, listProblem: '' };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { list: [], hasMore, listProblem: messageOf(error) };
  }
}

/** What is too long for a number is the number of no part. @param {Api} api @param {string} text @param {AbortSignal} signal @returns {Promise<Part[]>} */
const findExact = (api, text, signal) =>
  api.get(`v1/parts?part_number=${text}&retired=any`, signal).catch(() => []);

/** @param {string} tab */
function filterOf(tab) {
  if (tab === TAB.all) return '';
  if (tab === TAB.retired) return 'retired=true';
  return `status=${encodeURIComponent(tab === TAB.mine ? TAB.review : tab)}`;
}

/** Whether a part can be approved, by id and version: each is asked for once. @type {Map<string, boolean>} */
const approvable = new Map();

/** @param {Api} api @param {Part[]} list @param {AbortSignal} signal */
async function keepMine(api, list, signal) {
  for (const { id, version } of list) {
    const key = `${id} ${version}`;
    if (approvable.has(key)) continue;
    const { actions } = await api.get(`v1/parts/${id}/actions`, signal);
    approvable.set(key, byName(actions)['Approved']?.refusal === null);
  }
  return list.filter(({ id, version }) => approvable.get(`${id} ${version}`));
}

export function showMore() {
  state.limit = Math.min(MAX_LIST, state.limit + STEP);
  void refresh();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let searchTimer;

/** The list alone depends on it: it is drawn when it was read, not with each key. @param {string} query */
export function setQuery(query) {
  Object.assign(state, { query, limit: STEP });
  clearTimeout(searchTimer);
  searchTimer = setTimeout(refresh, SEARCH_PAUSE_MS);
}
