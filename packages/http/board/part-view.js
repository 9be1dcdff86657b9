import { decide, textFor } from './decide.js';
import { html, nothing } from './lit-html.js';
import { articleView, badge, by, diff, emptyView, onText, when } from './shared.js';
import { href, limitOf, mayDo, readRoute, state, whyNot } from './store.js';

/** In the order of the buttons. @type {Record<string, string>} */
const VERBS = {
  Approved: 'Approve',
  Rejected: 'Reject',
  'In Review': 'Send to review',
  Draft: 'Back to draft',
  retire: 'Retire',
  restore: 'Bring back',
};
/** @type {Record<string, string>} */
const KINDS = {
  part_created: 'Created',
  part_edited: 'Edited',
  part_retired: 'Retired',
  part_restored: 'Brought back',
};

export function partView() {
  const { part, partProblem, session } = state;
  const { id, tab } = readRoute();
  if (!part)
    return html`<article>${emptyView(partProblem || (id ? 'Loading…' : 'Choose a part from the list.'))}</article>`;
  return articleView(
    href(),
    html`<span class="number">${part.part_number}</span> ${part.name}`,
    html`<p class="facts">${badge(part.status)} ${part.retired_at ? html`<b>Retired</b>` : nothing}
      <span class="dim">Version ${part.version}, ${when(part.updated_at)}</span>
      ${whyNot('edit') ? nothing : html`<a class="button" href=${href(id, tab, 'edit')}>Edit</a>`}</p>
    <p class="text">${part.description || html`<i class="dim">No description.</i>`}</p>
    ${approvalView()}
    ${mayDo('Draft') ? decisionView(part) : html`<p class="box">Your role is ${session?.role}: you can read, not decide.</p>`}
    <h3>History</h3>${historyView(part)}`,
  );
}

/** What the last approval was of, and what has changed since. */
function approvalView() {
  const { history } = state;
  const index = history.findIndex(
    ({ kind, new_status }) => kind === 'status_changed' && new_status === 'Approved',
  );
  const approval = history[index];
  if (!approval) return nothing;
  /** @type {NonNullable<Changes>} */
  const changes = {};
  for (const entry of history.slice(0, index)) {
    for (const [field, [old, value]] of Object.entries(entry.changes ?? {})) {
      changes[field] = [old, changes[field]?.[1] ?? value];
    }
  }
  const isSame = Object.keys(changes).length === 0;
  return html`<div class="box"><p>Approved at version ${approval.version}${by(approval.actor)}, ${when(approval.changed_at)}.
    ${isSame ? 'Its content has not changed since.' : 'Changed since:'}</p>${diff(changes)}</div>`;
}

/** One text, then what becomes of the part. What is refused is not offered, and why is said. @param {Part} part */
function decisionView({ id, status }) {
  const { actions, texts, isBusy } = state;
  const names = Object.keys({ ...VERBS, ...actions }).filter(
    (name) => actions[name] && name !== 'edit',
  );
  const verbOf = (/** @type {string} */ name) =>
    name === status ? 'Comment' : (VERBS[name] ?? `Set to ${name}`);
  const offered = names.filter((name) => !whyNot(name));
  const refused = Map.groupBy(names.filter(whyNot), whyNot);
  return html`<form class="box decide" @submit=${submit}>
    <label for="reason">Reason or comment</label>
    <textarea id="reason" rows="3" maxlength=${limitOf('reason') ?? nothing} .value=${textFor(id)}
      @input=${onText((text) => texts.set(id, text))}></textarea>
    <div class="actions">${offered.map((name) => html`<button class=${name === 'Approved' ? 'main' : ''} value=${name} ?disabled=${isBusy}>${verbOf(name)}</button>`)}</div>
    ${[...refused].map(([why, names]) => html`<p class="dim">${names.map(verbOf).join(', ')}: ${why}.</p>`)}
  </form>`;
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  void decide(/** @type {HTMLButtonElement} */ (event.submitter).value);
}

/** @param {Part} part */
function historyView({ created_at }) {
  const { history } = state;
  const oldest = history.at(-1)?.version ?? 2;
  return html`<ol class="history">${history.map(
    ({ kind, old_status, new_status, version, actor, changed_at, reason, changes }) =>
      html`<li>${kind === 'status_changed' ? nothing : html`<b>${KINDS[kind] ?? kind}</b>`} ${statusesView(kind, old_status, new_status)}
      <span class="dim">Version ${version}${by(actor)}, ${when(changed_at)}</span>
      ${reason ? html`<p class="text">${reason}</p>` : nothing}${diff(changes)}</li>`,
  )}
    ${oldest > 2 ? html`<li class="dim">Older entries are not shown.</li>` : nothing}
    ${oldest === 2 ? html`<li><b>First version</b> <span class="dim">Version 1, ${when(created_at)}</span></li>` : nothing}
  </ol>`;
}

/** @param {string} kind @param {string | null} old @param {string} status */
function statusesView(kind, old, status) {
  if (old === status) return kind === 'status_changed' ? html`<b>Comment</b>` : nothing;
  return html`${old ? html`${badge(old)} → ` : nothing}${badge(status)}`;
}
