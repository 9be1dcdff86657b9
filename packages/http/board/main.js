import { setQuery } from './data.js';
import { decide } from './decide.js';
import { formView } from './form-view.js';
import { importView } from './import-view.js';
import { html, nothing, render } from './lit-html.js';
import { partView } from './part-view.js';
import { queueView, tabsView } from './queue-view.js';
import { navigate, signOut, start } from './session.js';
import { onText } from './shared.js';
import { href, mayDo, neighbours, readRoute, setView, state } from './store.js';

const SHORTCUTS = 'parts-shortcuts';
/** @type {Record<string, string>} */
const LIVE = { live: '● Live', paused: '‖ Paused', offline: '○ Reconnecting' };
const KEYS = [
  ['j, k', 'next and previous part'],
  ['/', 'search'],
  ['c', 'write a comment'],
  ['a, r', 'approve, reject'],
  ['Esc', 'leave a field'],
  ['Ctrl+Enter', 'send the comment'],
];

/** @param {string} id */
const focus = (id) => document.getElementById(id)?.focus();
const keysDialog = () => document.querySelector('dialog');
const keysAreOn = () => localStorage.getItem(SHORTCUTS) !== 'off';

const noteView = () => html`<p class="note" role="alert">${state.note}</p>`;

const signInView = () =>
  html`<main class="sign-in"><form class="fields" @submit=${signIn}>
    <h1>Review board</h1>
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="current-password" required autofocus>
    ${noteView()}
    <div class="actions"><button class="main">Sign in</button></div>
    <p class="dim">The token is kept in this tab only.</p></form></main>`;

function boardView() {
  const { view, id, action } = readRoute();
  const { session, live, query, status } = state;
  const isForm = view === 'new' || action === 'edit';
  return html`<header>
      <h1><a href="#/">Review board</a></h1>
      <input id="search" type="search" placeholder="Search number, name, description" aria-label="Search parts" maxlength="100"
        .value=${query} @input=${onText(setQuery)} @keydown=${openFirst}>
      ${mayDo('create') ? html`<a class="button" href="#/new">New part</a>` : nothing}
      <a class="button" href="#/import">Spreadsheets</a>
      <button class="keys" @click=${() => keysDialog()?.showModal()}>Keys</button>
      <button @click=${signOut}>Sign out</button>
      <span class="who dim">${session?.name ? `${session.name}, ${session.role}` : nothing} <span class="live" data-state=${live}>${LIVE[live]}</span></span>
    </header>
    ${tabsView()}
    <main class=${id || view !== 'parts' ? 'open' : ''}>${noteView()}<p class="hidden" role="status">${status}</p>
      ${queueView()}${view === 'import' ? importView() : isForm ? formView() : partView()}</main>
    <dialog aria-labelledby="keys"><h2 id="keys">Keys</h2>
      <dl>${KEYS.map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd></div>`)}</dl>
      <label class="check"><input type="checkbox" .checked=${keysAreOn()} @change=${toggleKeys}> Single keys are on</label>
      <form method="dialog" class="actions"><button class="main">Close</button></form></dialog>`;
}

function drawPage() {
  render(state.api ? boardView() : signInView(), document.body);
  const title = document.getElementById('title') ?? document.getElementById('queue-title');
  const name = title?.firstElementChild?.textContent ?? title?.textContent;
  document.title = name ? `${name} – Review board` : 'Review board';
}

/** @param {SubmitEvent} event */
function signIn(event) {
  event.preventDefault();
  void start(/** @type {HTMLInputElement} */ (document.getElementById('token')).value);
}

/** @param {Event} event */
function toggleKeys(event) {
  const { checked } = /** @type {HTMLInputElement} */ (event.target);
  localStorage.setItem(SHORTCUTS, checked ? 'on' : 'off');
}

/** @param {Part | undefined} part */
function open(part) {
  if (part) location.hash = href(part.id);
}

/** @param {KeyboardEvent} event */
function openFirst({ key, target }) {
  if (key !== 'Enter') return;
  /** @type {HTMLElement} */ (target).blur();
  open(state.list?.[0]);
}

/** @type {Record<string, () => unknown>} */
const ACTIONS = {
  j: () => open(readRoute().id ? neighbours(readRoute().id).next : state.list?.[0]),
  k: () => open(neighbours(readRoute().id).previous),
  '/': () => focus('search'),
  c: () => focus('reason'),
  a: () => decide('Approved'),
  r: () => decide('Rejected'),
};

document.addEventListener('keydown', (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const isTyping = target.matches('input, textarea, select');
  const { view, action } = readRoute();
  if (event.key === 'Enter' && event.ctrlKey && target.id === 'reason' && action === '') {
    void decide(state.part?.status ?? '');
  } else if (isTyping && event.key === 'Escape') {
    target.blur();
  } else if (!isTyping && !event.ctrlKey && !event.metaKey && !event.altKey && keysAreOn()) {
    const act = ACTIONS[event.key];
    if (!act || !state.api || keysDialog()?.open || view !== 'parts' || action !== '') return;
    event.preventDefault();
    act();
  }
});

addEventListener('hashchange', () => {
  // Another tab ends the search.
  if (readRoute().id === 0) state.query = '';
  void navigate();
});
setView(drawPage);
void start();
