import { messageOf, Problem, textOf } from './api.js';
import { html } from './lit-html.js';

/** A list is read in steps of so many: a page of everything would take long to draw. */
export const STEP = 200;

/** Tabs that are more than a status, and the one that comes first. */
export const TAB = { review: 'In Review', mine: 'Mine to decide', all: 'All', retired: 'Retired' };

export const state = {
  /** @type {Api | undefined} */ api: undefined,
  /** @type {{ name: string | null, role: string, approval: string } | undefined} */ session:
    undefined,
  /** What the role allows, by its name. @type {Record<string, Action>} */ can: {},
  /** The API's schemas of the fields of a part, by name. @type {Record<string, any>} */ fields: {},
  /** Parts by status. @type {Record<string, number>} */ counts: {},
  /** @type {Part[] | undefined} */ list: undefined,
  listProblem: '',
  hasMore: false,
  limit: STEP,
  query: '',
  /** @type {Part | undefined} */ part: undefined,
  partProblem: '',
  /** What can be done with the part. @type {Record<string, Action>} */ actions: {},
  /** Newest first. @type {AuditEntry[]} */ history: [],
  /** When this version of the part was first shown: a decision is taken only on what was seen. */
  shownAt: 0,
  /** What was typed, by the id of its part. @type {Map<number, string>} */ texts: new Map(),
  live: 'offline',
  /** Explains what went wrong, until something else is done. @type {unknown} */ note: '',
  /** Read out by screen readers. */ status: '',
  isBusy: false,
};

/** @type {() => void} */
let render = () => {};
let willDraw = false;

/** @param {() => void} view draws the state */
export function setView(view) {
  render = view;
}

/** Draws with the next frame, so that a burst of events is one drawing. */
export function draw() {
  if (willDraw) return;
  willDraw = true;
  requestAnimationFrame(() => {
    willDraw = false;
    render();
  });
}

/** `#/parts/In%20Review/2/edit`: each view has an address, so that it can be sent to a colleague. */
export function readRoute() {
  const [, view = '', tab = '', id = '', action = ''] = location.hash
    .split('/')
    .map((part) => (/%(?![0-9a-f]{2})/i.test(part) ? part : decodeURIComponent(part)));
  return { view: view || 'parts', tab: tab || TAB.review, id: Number(id) || 0, action };
}

/** @param {number | ''} [id] */
export const href = (id = '', tab = readRoute().tab, action = '') =>
  `#/parts/${encodeURIComponent(tab)}${id && `/${id}`}${action && `/${action}`}`;

/** @param {unknown} note @param {string} [focus] the id of what to focus */
export function say(note, focus = '') {
  state.note = note;
  draw();
  document.getElementById(focus)?.focus();
}

/**
 * Does one thing at a time, and explains why it failed. What was typed stays in any case.
 * @param {(api: Api) => Promise<void>} work
 * @param {(problem: Problem) => Promise<unknown>} [advise] says what to do about a refusal
 */
export async function run(work, advise = async () => '') {
  const { api } = state;
  if (!api || state.isBusy) return;
  Object.assign(state, { isBusy: true, note: '' });
  draw();
  try {
    await work(api);
  } catch (error) {
    const isRefused = error instanceof Problem;
    const advice = isRefused
      ? await advise(error)
      : 'What you typed is kept. Do it again: it counts once.';
    if (state.api === api) say(html`${messageOf(error)} ${advice}`);
  } finally {
    state.isBusy = false;
    draw();
  }
}

/** @param {Action[]} actions */
export const byName = (actions) => Object.fromEntries(actions.map((each) => [each.action, each]));

/** Whether the role allows an action at all. @param {string} action */
export const mayDo = (action) => state.can[action]?.refusal === null;

/** Why the API would refuse an action on the part that is shown; undefined when it would not. @param {string} action */
export function whyNot(action) {
  const { refusal } = state.actions[action] ?? state.can[action] ?? {};
  return refusal ? textOf(refusal) : undefined;
}

/** The most characters that the API takes. @param {string} field */
export function limitOf(field) {
  const { maxLength, anyOf } = state.fields[field] ?? {};
  return maxLength ?? anyOf?.[0].maxLength;
}

/** The parts below and above one in the list. @param {number} id */
export function neighbours(id) {
  const list = state.list ?? [];
  const index = list.findIndex((part) => part.id === id);
  return { next: list[index + 1], previous: index < 0 ? list.at(-1) : list[index - 1] };
}
