import { refresh } from './data.js';
import { html, nothing } from './lit-html.js';
import { articleView, emptyView, labelOf } from './shared.js';
import { draw, href, limitOf, readRoute, run, state, TAB } from './store.js';

/** @typedef {keyof typeof EMPTY} Field */
/** @typedef {{ version: number, original: typeof EMPTY, typed: typeof EMPTY, isPrefix: boolean, isLate: boolean }} Draft */

const EMPTY = { part_number: '', name: '', description: '', reason: '' };
const FIELDS = /** @type {Field[]} */ (Object.keys(EMPTY));

/** By the address of the form: to look at something else must not cost a text. @type {Map<string, Draft>} */
const drafts = new Map();

/** @param {Omit<typeof EMPTY, 'reason'>} [part] */
const valuesOf = ({ part_number, name, description } = EMPTY) => {
  return { part_number, name, description, reason: '' };
};

/**
 * What was typed over a version of the part; before that the part as it is, which follows the feed.
 * It is late when the part was edited meanwhile.
 * @returns {Draft}
 */
function openDraft() {
  const { part } = state;
  const original = valuesOf(part);
  const draft = { version: part?.version ?? 0, original, typed: { ...original } };
  return drafts.get(location.hash) ?? { ...draft, isPrefix: false, isLate: false };
}

/** The form for a new part, or for an edit of the one that is open. */
export function formView() {
  const { view, id } = readRoute();
  const { part, partProblem, actions, isBusy } = state;
  const isNew = view === 'new';
  if (!isNew && !part) return html`<article>${emptyView(partProblem || 'Loading…')}</article>`;
  const draft = openDraft();
  const isTyped = drafts.has(location.hash);
  const needsReason = !isNew && actions['edit']?.reason_required;
  return articleView(
    isNew ? href('', TAB.all) : href(id),
    isNew ? 'New part' : `Edit ${part?.part_number}`,
    html`${isNew || part?.status === 'Draft' ? nothing : html`<p class="box">The part is ${part?.status}. <b>An edit ends that</b>: it becomes a Draft and is to be reviewed again.</p>`}
    <form class="fields" @submit=${submit} @input=${keepTyped}>
      ${fieldView(draft, 'part_number', true, draft.isPrefix ? 'Prefix, such as PCB-' : undefined)}
      ${isNew ? html`<label class="check"><input type="checkbox" name="isPrefix" .checked=${draft.isPrefix}> Choose the next free number behind this prefix</label>` : nothing}
      ${fieldView(draft, 'name', true)}${fieldView(draft, 'description', false)}
      ${fieldView(draft, 'reason', needsReason, needsReason ? 'Reason' : 'Reason, if there is one')}
      <div class="actions"><button class="main" ?disabled=${isBusy || !isTyped}>${isNew ? 'Create as a draft' : 'Save'}</button>
        ${isTyped ? html`<button type="button" ?disabled=${isBusy} @click=${forget}>Discard</button>` : nothing}</div>
    </form>`,
  );
}

/** @param {Draft} draft @param {Field} name @param {boolean | undefined} isRequired */
function fieldView({ typed, original, isLate }, name, isRequired, label = labelOf(name)) {
  const limit = limitOf(name) ?? nothing;
  return html`<label for=${name}>${label}</label>
    ${name === 'description' ? html`<textarea id=${name} name=${name} rows="4" maxlength=${limit} .value=${typed[name]}></textarea>` : html`<input id=${name} name=${name} maxlength=${limit} autocomplete="off" ?required=${isRequired} .value=${typed[name]}>`}
    ${isLate && typed[name] !== original[name] && name !== 'reason' ? html`<p class="dim">By now it is: <ins>${original[name] || 'empty'}</ins></p>` : nothing}`;
}

/** @param {Event} event */
function keepTyped({ target }) {
  const { name, value, checked } = /** @type {HTMLInputElement} */ (target);
  const draft = openDraft();
  if (name === 'isPrefix') draft.isPrefix = checked;
  else draft.typed[/** @type {Field} */ (name)] = value;
  drafts.set(location.hash, draft);
  draw();
}

function forget() {
  drafts.delete(location.hash);
  draw();
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const address = location.hash;
  const { view, id } = readRoute();
  const draft = openDraft();
  void run(
    async (api) => {
      const isNew = view === 'new';
      const body = changesOf(draft);
      const part = isNew
        ? await api.send('POST', 'v1/parts', body)
        : await api.send('PATCH', `v1/parts/${id}`, body, draft.version);
      drafts.delete(address);
      state.status = `${part.part_number} is saved.`;
      // Who has left the form meanwhile stays where they are.
      if (location.hash === address) location.hash = href(part.id, isNew ? TAB.all : undefined);
    },
    async ({ body: { code, part_id } }) => {
      if (part_id) return html`<a href=${href(part_id, TAB.all)}>Look at that part</a>`;
      if (code !== 'version_conflict') return '';
      await refresh();
      if (state.part?.id === id) rebase(draft, state.part);
      return 'What you typed is kept. Compare it with what is there now, then save again.';
    },
  );
}

/** What was changed here and nothing else. @param {Draft} draft */
function changesOf({ typed, original, isPrefix }) {
  const changed = FIELDS.filter((field) => typed[field] !== original[field]);
  const nameOf = (/** @type {Field} */ field) =>
    isPrefix && field === 'part_number' ? 'part_number_prefix' : field;
  return Object.fromEntries(changed.map((field) => [nameOf(field), typed[field]]));
}

/** Fields that were not touched here follow the edit of another person; the rest show both. @param {Draft} draft @param {Part} part */
function rebase(draft, part) {
  const { typed, original } = draft;
  const now = valuesOf(part);
  for (const field of FIELDS) if (typed[field] === original[field]) typed[field] = now[field];
  Object.assign(draft, { version: part.version, original: now, isLate: true });
}
