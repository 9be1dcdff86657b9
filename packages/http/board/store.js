import { messageOf, textOf } from './api.js';

/** @typedef {import('./api.js').Part} Part */
/** @typedef {import('./api.js').AuditEntry} AuditEntry */

/** A list is read in steps of so many: a page of everything would take long to draw. */
export const STEP = 200;

export const IN_REVIEW = 'In Review';
export const MINE = 'Mine to decide';
export const ALL = 'All';
export const RETIRED = 'Retired';

export const state = {
  /** @type {import('./api.js').Api | undefined} */ api: undefined,
  /** @type {import('./api.js').Session} */
  session: { name: null, role: 'reader', approval: 'open', reason_required: [] },
  /** @type {ReturnType<typeof import('./api.js').describeApi> | undefined} */ description:
    undefined,
  /** What the role allows, by its name. @type {Record<string, import('./api.js').Action>} */ can: {},
  /** What can be done with the part. @type {Record<string, import('./api.js').Action>} */ actions:
    {},
  /** @type {Record<string, number>} */ counts: {},
  /** @type {Part[] | undefined} */ list: undefined,
  listProblem: '',
  hasMore: false,
  limit: STEP,
  query: '',
  /** @type {Part | undefined} */ part: undefined,
  partProblem: '',
  /** @type {AuditEntry[]} */ history: [],
  /** When the part as it is now was first drawn: a decision is taken only on what was seen. */
  shownAt: Number.POSITIVE_INFINITY,
  /** What was typed, by the id of its part. @type {Map<number, string>} */ texts: new Map(),
  live: 'offline',
  /** Explains what went wrong, until something else is done. */ note: '',
  /** Read out by screen readers, and shown for what has no other place. */ status: '',
  isBusy: false,
};

/** @type {() => void} */
let render = () => {};
let frame = 0;

/** @param {() => void} view draws the state */
export function setView(view) {
  render = view;
}

/** Draws at once. */
export function drawNow() {
  cancelAnimationFrame(frame);
  frame = 0;
  render();
}

/** Draws with the next frame, so that a burst of events is one drawing. */
export function draw() {
  frame ||= requestAnimationFrame(drawNow);
}

/** `#/parts/In%20Review/2/edit`: each view has an address, so that it can be sent to a colleague. */
export function readRoute() {
  const [, view = '', tab = '', id = '', action = ''] = location.hash
    .split('/')
    .map((part) => (/%(?![0-9a-f]{2})/i.test(part) ? part : decodeURIComponent(part)));
  return { view: view || 'parts', tab: tab || IN_REVIEW, id: Number(id) || 0, action };
}

/** @param {number | ''} [id] */
export const href = (id = '', tab = readRoute().tab, action = '') =>
  `#/parts/${encodeURIComponent(tab)}${id && `/${id}`}${action && `/${action}`}`;

/** @param {unknown} error */
export function fail(error) {
  if (!state.api) return;
  state.note = messageOf(error);
  draw();
}

/** @param {import('./api.js').Action[]} actions */
export const byName = (actions) => Object.fromEntries(actions.map((each) => [each.action, each]));

/** Whether the role allows an action at all. @param {string} action */
export const mayDo = (action) => state.can[action]?.refusal === null;

/** Why the API would refuse an action on the part that is shown; undefined when it would not. @param {string} action */
export function whyNot(action) {
  const { refusal } = state.actions[action] ?? state.can[action] ?? {};
  return refusal ? textOf(refusal) : undefined;
}

/** The parts below and above one in the list. @param {number} id */
export function neighbours(id) {
  const list = state.list ?? [];
  const index = list.findIndex((part) => part.id === id);
  return {
    next: list[index + 1],
    previous: index < 0 ? list.at(-1) : list[index - 1],
  };
}
