import { messageOf, newKey, Problem } from './api.js';
import { html, nothing } from './lit-html.js';
import { labelOf } from './shared.js';
import { ALL, draw, href, readRoute, state } from './store.js';

/** @typedef {'part_number' | 'name' | 'description' | 'reason'} Field */

const CONTENT = /** @type {const} */ (['part_number', 'name', 'description']);
const EMPTY = { part_number: '', name: '', description: '', reason: '' };

/** The form that is open: what its fields had when it opened, and what is in them. */
let form = {
  address: '',
  version: 0,
  key: '',
  isPrefix: false,
  original: EMPTY,
  typed: EMPTY,
  latest: EMPTY,
};
/** Another part with the number, or 0. */
let takenBy = 0;

/** The form for a new part, or for an edit of the one that is open. */
export function formView() {
  const { view, id } = readRoute();
  const { part, description, isBusy } = state;
  const isNew = view === 'new';
  if (!isNew && !part)
    return html`<article><p class="empty">${state.partProblem || 'Loading…'}</p></article>`;
  openForm(isNew ? undefined : part);
  const [method, path] = isNew ? ['post', '/v1/parts'] : ['patch', '/v1/parts/{id}'];
  const field = (/** @type {Field} */ name, label = labelOf(name), isLong = false) => {
    const { typed, original, latest } = form;
    const limit = description?.maxLength(method, path, name);
    const isOther = latest[name] !== original[name];
    return html`<label for=${name}>${label}</label>
      ${isLong ? html`<textarea id=${name} name=${name} rows="4" maxlength=${limit} .value=${typed[name]}></textarea>` : html`<input id=${name} name=${name} maxlength=${limit} autocomplete="off" ?required=${name === 'part_number' || name === 'name'} .value=${typed[name]}>`}
      ${isOther ? html`<p class="dim">By now it is: <ins>${latest[name] || 'empty'}</ins></p>` : nothing}`;
  };
  const needsReason = !isNew && state.session.reason_required.includes('edit');
  return html`<article aria-labelledby="title">
    <a class="back always" href=${isNew ? href('', ALL) : href(id)}>← Back</a>
    <h2 id="title" tabindex="-1">${isNew ? 'New part' : `Edit ${part?.part_number}`}</h2>
    ${!isNew && part?.status !== 'Draft' ? html`<p class="box">The part is ${part?.status}. <b>An edit ends that</b>: it becomes a Draft and is to be reviewed again.</p>` : nothing}
    <form class="fields" @submit=${submit} @input=${keepTyped}>
      ${field('part_number', form.isPrefix ? 'Prefix, such as PCB-' : 'Number')}
      ${isNew ? html`<label class="check"><input type="checkbox" .checked=${form.isPrefix} @change=${togglePrefix}> Choose the next free number behind this prefix</label>` : nothing}
      ${field('name')}${field('description', 'Description', true)}
      ${field('reason', needsReason ? 'Reason' : 'Reason, if there is one')}
      ${takenBy ? html`<p role="alert">That number belongs to <a href=${href(takenBy, ALL)}>another part</a>.</p>` : nothing}
      <div class="actions"><button class="main" ?disabled=${isBusy}>${isNew ? 'Create as a draft' : 'Save'}</button></div>
    </form></article>`;
}

/** What is typed belongs to the form, so that news from the feed leaves it alone. @param {import('./api.js').Part} [part] */
function openForm(part) {
  const address = location.hash;
  if (form.address === address) return;
  const original = { ...EMPTY, ...(part && pick(part)) };
  const key = newKey();
  form = {
    address,
    version: part?.version ?? 0,
    key,
    isPrefix: false,
    original,
    typed: original,
    latest: original,
  };
  takenBy = 0;
}

/** @param {import('./api.js').Part} part */
const pick = ({ part_number, name, description }) => ({ part_number, name, description });

export function forgetForm() {
  form.address = '';
}

/** @param {Event} event */
function keepTyped({ target }) {
  const { name, value } = /** @type {HTMLInputElement} */ (target);
  if (name in EMPTY) form = { ...form, key: newKey(), typed: { ...form.typed, [name]: value } };
}

function togglePrefix() {
  form.isPrefix = !form.isPrefix;
  draw();
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const { api } = state;
  if (!api || state.isBusy) return;
  const { view, id } = readRoute();
  Object.assign(state, { isBusy: true, note: '' });
  takenBy = 0;
  draw();
  try {
    const part = await (view === 'new' ? create(api) : save(api, id));
    forgetForm();
    state.status = `${part.part_number} is saved.`;
    location.hash = href(part.id, view === 'new' ? ALL : undefined);
  } catch (error) {
    await explain(error, id);
  } finally {
    state.isBusy = false;
    draw();
  }
}

/** @param {import('./api.js').Api} api */
function create(api) {
  const { part_number, reason, ...content } = form.typed;
  const number = form.isPrefix ? { part_number_prefix: part_number } : { part_number };
  return api.send('POST', 'v1/parts', { ...number, ...content, ...(reason.trim() && { reason }) });
}

/** Sends what was changed here and nothing else. @param {import('./api.js').Api} api @param {number} id */
function save(api, id) {
  const { typed, original, version, key } = form;
  const changed = CONTENT.filter((field) => typed[field] !== original[field]);
  const content = Object.fromEntries(changed.map((field) => [field, typed[field]]));
  if (changed.length === 0) return api.get(`v1/parts/${id}`);
  const reason = typed.reason.trim() && { reason: typed.reason };
  return api.send('PATCH', `v1/parts/${id}`, { ...content, ...reason }, { version, key });
}

/** @param {unknown} error @param {number} id */
async function explain(error, id) {
  if (!state.api) return;
  if (!(error instanceof Problem)) {
    const isSafe = readRoute().view !== 'new' || !form.isPrefix;
    state.note = `${messageOf(error)} What you typed is kept. ${isSafe ? 'Save again: it counts once.' : 'Look whether the part is there before you create it again.'}`;
    return;
  }
  takenBy = error.body.part_id ?? 0;
  state.note = messageOf(error);
  if (error.body.code !== 'version_conflict') return;
  const part = await state.api.get(`v1/parts/${id}`);
  const { original, typed } = form;
  const latest = { ...original, ...pick(part) };
  const kept = CONTENT.filter((field) => typed[field] !== original[field]);
  // Fields that were not touched here follow the others' edit; the rest show both.
  const followed = { ...latest, reason: typed.reason };
  for (const field of kept) followed[field] = typed[field];
  const shown = { ...latest };
  for (const field of kept) shown[field] = original[field];
  form = {
    ...form,
    version: part.version,
    key: newKey(),
    original: shown,
    typed: followed,
    latest,
  };
  state.note += ' What you typed is kept. Compare it with what is there now, then save again.';
}
