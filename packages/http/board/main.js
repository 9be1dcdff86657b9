import { setQuery } from './data.js';
import { decide } from './decide.js';
import { forgetForm, formView } from './form-view.js';
import { importView } from './import-view.js';
import { html, nothing, render } from './lit-html.js';
import { partView } from './part-view.js';
import { queueView, tabsView } from './queue-view.js';
import { navigate, signOut, start } from './session.js';
import { typedIn } from './shared.js';
import { href, mayDo, neighbours, readRoute, setView, state } from './store.js';

const SHORTCUTS = 'parts-shortcuts';
/** @type {Record<string, string>} */
const LIVE = { live: '● Live', paused: '‖ Paused', offline: '○ Reconnecting' };

/** @param {string} id */
const focus = (id) => document.getElementById(id)?.focus();
const keys = () => document.querySelector('dialog');
const keysAreOn = () => localStorage.getItem(SHORTCUTS) !== 'off';

const noteView = () => html`<p class="note" role="alert">${state.note}</p>`;

function signInView() {
  return html`<main class="sign-in"><form class="fields" @submit=${signIn}>
    <h1>Review board</h1>
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="current-password" required autofocus>
    ${noteView()}
    <div class="actions"><button class="main">Sign in</button></div>
    <p class="dim">The token is kept in this tab only.</p></form></main>`;
}

const searchView = () =>
  html`<input id="search" type="search" placeholder="Search number, name, description" aria-label="Search parts" maxlength="100" .value=${state.query}
    @input=${(/** @type {Event} */ event) => setQuery(typedIn(event))} @keydown=${openFirst}>`;

function boardView() {
  const { view, id, action } = readRoute();
  const { session } = state;
  const isForm = view === 'new' || action === 'edit';
  const detail = view === 'import' ? importView() : isForm ? formView() : partView();
  return html`<header>
      <h1><a href="#/">Review board</a></h1>
      ${searchView()}
      ${mayDo('create') ? html`<a class="button" href="#/new">New part</a>` : nothing}
      <a class="button" href="#/import">Spreadsheets</a>
      <button class="keys" @click=${() => keys()?.showModal()}>Keys</button>
      <button @click=${leave}>Sign out</button>
      <span class="who dim">${session.name === null ? nothing : `${session.name}, ${session.role}`} <span class="live" data-state=${state.live}>${LIVE[state.live]}</span></span>
    </header>
    ${tabsView()}
    <main class=${id || view !== 'parts' ? 'open' : ''}>${noteView()}<p class="hidden" role="status">${state.status}</p>
      ${queueView()}${detail}</main>
    <dialog aria-labelledby="keys"><h2 id="keys">Keys</h2>
      <dl>${[
        ['j, k', 'next and previous part'],
        ['/', 'search'],
        ['c', 'write a comment'],
        ['a, r', 'approve, reject'],
        ['Esc', 'leave a field'],
        ['Ctrl+Enter', 'send the comment'],
      ].map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd></div>`)}</dl>
      <label class="check"><input type="checkbox" .checked=${keysAreOn()} @change=${toggleKeys}> Single keys are on</label>
      <form method="dialog" class="actions"><button class="main">Close</button></form></dialog>`;
}

function drawPage() {
  const { part, api } = state;
  const { id, view, tab } = readRoute();
  const title =
    view === 'new'
      ? 'New part'
      : view === 'import'
        ? 'Spreadsheets'
        : (id && part?.part_number) || tab;
  document.title = api ? `${title} – Review board` : 'Review board';
  render(api ? boardView() : signInView(), document.body);
}

/** @param {SubmitEvent} event */
function signIn(event) {
  event.preventDefault();
  void start(/** @type {HTMLInputElement} */ (document.getElementById('token')).value);
}

/** Who signs out leaves nothing behind for the next at this screen. */
function leave() {
  state.texts.clear();
  forgetForm();
  signOut();
}

/** @param {Event} event */
function toggleKeys(event) {
  const { checked } = /** @type {HTMLInputElement} */ (event.target);
  localStorage.setItem(SHORTCUTS, checked ? 'on' : 'off');
}

/** @param {KeyboardEvent} event */
function openFirst({ key }) {
  const [first] = state.list ?? [];
  if (key === 'Enter' && first) location.hash = href(first.id);
}

/** @param {number | undefined} id */
const open = (id) => {
  if (id) location.hash = href(id);
};

/** @type {Record<string, () => void>} */
const ACTIONS = {
  j: () => open((readRoute().id ? neighbours(readRoute().id).next : state.list?.[0])?.id),
  k: () => open(neighbours(readRoute().id).previous?.id),
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
    if (!act || !state.api || keys()?.open || view !== 'parts' || action !== '') return;
    event.preventDefault();
    act();
  }
});

addEventListener('hashchange', () => {
  // Another tab ends the search.
  if (state.query !== '' && readRoute().id === 0) state.query = '';
  if (readRoute().action !== 'edit' && readRoute().view !== 'new') forgetForm();
  void navigate();
});
setView(drawPage);
void start();
