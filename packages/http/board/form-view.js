import { messageOf, newKey, Problem } from './api.js';
import { html, nothing } from './lit-html.js';
import { labelOf } from './shared.js';
import { ALL, draw, fail, href, readRoute, state } from './store.js';

/** @typedef {'part_number' | 'name' | 'description' | 'reason'} Field */

const CONTENT = /** @type {const} */ (['part_number', 'name', 'description']);
const EMPTY = { part_number: '', name: '', description: '', reason: '' };

/** What the fields had when the form opened, what is in them, and what the part has by now. @param {typeof EMPTY} content */
const valuesOf = (content) => ({ original: content, typed: content, latest: content });

/** The form that is open. `takenBy` is another part with the number, or 0. */
let form = { address: '', version: 0, key: '', isPrefix: false, takenBy: 0, ...valuesOf(EMPTY) };

/** The form for a new part, or for an edit of the one that is open. */
export function formView() {
  const { view, id } = readRoute();
  const { part, partProblem, actions, isBusy } = state;
  const isNew = view === 'new';
  if (!isNew && !part)
    return html`<article><p class="empty">${partProblem || 'Loading…'}</p></article>`;
  openForm(isNew ? undefined : part);
  const needsReason = !isNew && actions['edit']?.reason_required;
  return html`<article aria-labelledby="title">
    <a class="back always" href=${isNew ? href('', ALL) : href(id)}>← Back</a>
    <h2 id="title" tabindex="-1">${isNew ? 'New part' : `Edit ${part?.part_number}`}</h2>
    ${!isNew && part?.status !== 'Draft' ? html`<p class="box">The part is ${part?.status}. <b>An edit ends that</b>: it becomes a Draft and is to be reviewed again.</p>` : nothing}
    <form class="fields" @submit=${submit} @input=${keepTyped}>
      ${fieldView('part_number', form.isPrefix ? 'Prefix, such as PCB-' : 'Number')}
      ${isNew ? html`<label class="check"><input type="checkbox" .checked=${form.isPrefix} @change=${togglePrefix}> Choose the next free number behind this prefix</label>` : nothing}
      ${fieldView('name')}${fieldView('description')}
      ${fieldView('reason', needsReason ? 'Reason' : 'Reason, if there is one')}
      ${form.takenBy ? html`<p role="alert">That number belongs to <a href=${href(form.takenBy, ALL)}>another part</a>.</p>` : nothing}
      <div class="actions"><button class="main" ?disabled=${isBusy}>${isNew ? 'Create as a draft' : 'Save'}</button></div>
    </form></article>`;
}

/** @param {Field} name */
function fieldView(name, label = labelOf(name)) {
  const { original, typed, latest, version } = form;
  const limit = version
    ? state.description?.maxLength('patch', '/v1/parts/{id}', name)
    : state.description?.maxLength('post', '/v1/parts', name);
  const isRequired = name === 'part_number' || name === 'name';
  return html`<label for=${name}>${label}</label>
    ${name === 'description' ? html`<textarea id=${name} name=${name} rows="4" maxlength=${limit} .value=${typed[name]}></textarea>` : html`<input id=${name} name=${name} maxlength=${limit} autocomplete="off" ?required=${isRequired} .value=${typed[name]}>`}
    ${latest[name] === original[name] ? nothing : html`<p class="dim">By now it is: <ins>${latest[name] || 'empty'}</ins></p>`}`;
}

/** What is typed belongs to the form, so that news from the feed leaves it alone. @param {import('./api.js').Part} [part] */
function openForm(part) {
  const address = location.hash;
  if (form.address === address) return;
  const values = valuesOf({ ...EMPTY, ...(part && contentOf(part)) });
  const version = part?.version ?? 0;
  form = { address, version, key: newKey(), isPrefix: false, takenBy: 0, ...values };
}

/** @param {import('./api.js').Part} part */
const contentOf = ({ part_number, name, description }) => ({ part_number, name, description });

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
  const { view, id } = readRoute();
  if (!api || state.isBusy) return;
  Object.assign(state, { isBusy: true, note: '' });
  form.takenBy = 0;
  const { address } = form;
  draw();
  try {
    const part = await (view === 'new' ? create(api) : save(api, id));
    state.status = `${part.part_number} is saved.`;
    // Who has left the form meanwhile stays there, with what is being typed.
    if (form.address !== address) return;
    forgetForm();
    location.hash = href(part.id, view === 'new' ? ALL : undefined);
  } catch (error) {
    if (form.address === address) await explain(error, api, id).catch(fail);
    else fail(error);
  } finally {
    state.isBusy = false;
    draw();
  }
}

const reasonOf = () => form.typed.reason.trim() && { reason: form.typed.reason };

/** The fields with another value than when the form opened. */
const changedFields = () => CONTENT.filter((field) => form.typed[field] !== form.original[field]);

/** @param {import('./api.js').Api} api */
function create(api) {
  const { part_number, name, description } = form.typed;
  const number = form.isPrefix ? { part_number_prefix: part_number } : { part_number };
  return api.send('POST', 'v1/parts', { ...number, name, description, ...reasonOf() });
}

/** Sends what was changed here and nothing else. @param {import('./api.js').Api} api @param {number} id */
function save(api, id) {
  const fields = changedFields();
  if (fields.length === 0) return api.get(`v1/parts/${id}`);
  return api.send('PATCH', `v1/parts/${id}`, { ...take(form.typed, fields), ...reasonOf() }, form);
}

/** @param {typeof EMPTY} values @param {readonly Field[]} fields */
const take = (values, fields) => Object.fromEntries(fields.map((field) => [field, values[field]]));

/** What was typed stays in any case. @param {unknown} error @param {import('./api.js').Api} api @param {number} id */
async function explain(error, api, id) {
  state.note = messageOf(error);
  if (!(error instanceof Problem)) {
    state.note += form.isPrefix
      ? ' Look whether the part is there before you create it again.'
      : ' What you typed is kept. Save again: it counts once.';
  } else if (error.body.code === 'version_conflict') {
    const part = await api.get(`v1/parts/${id}`);
    const latest = { ...form.original, ...contentOf(part) };
    const fields = changedFields();
    // Fields that were not touched here follow the edit of the other person; the rest show both.
    const original = { ...latest, ...take(form.original, fields) };
    const typed = { ...latest, ...take(form.typed, [...fields, 'reason']) };
    form = { ...form, version: part.version, key: newKey(), original, typed, latest };
    state.note += ' What you typed is kept. Compare it with what is there now, then save again.';
  } else form.takenBy = error.body.part_id ?? 0;
}
