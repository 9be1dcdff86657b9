import { findApproval } from './approval.js';
import { decide, retire } from './decide.js';
import { html, nothing } from './lit-html.js';
import { badge, by, diff, typedIn, when } from './shared.js';
import { draw, href, mayDo, readRoute, state, whyNot } from './store.js';

/** In the order of the buttons. @type {Record<string, string>} */
const VERBS = {
  Approved: 'Approve',
  Rejected: 'Reject',
  'In Review': 'Send to review',
  Draft: 'Back to draft',
};
/** @type {Record<string, string>} */
const KINDS = {
  part_created: 'Created',
  part_edited: 'Edited',
  part_retired: 'Retired',
  part_restored: 'Brought back',
};

/** @param {string} status */
const verbOf = (status) => VERBS[status] ?? `Set to ${status}`;

/** A part from the list comes without its history and without what can be done with it. */
const isRead = () => state.shownAt !== Number.POSITIVE_INFINITY;

export function partView() {
  const { part, partProblem } = state;
  const { id, tab } = readRoute();
  if (!part) {
    const text = partProblem || (id ? 'Loading…' : 'Choose a part from the list.');
    return html`<article><p class="empty">${text}</p></article>`;
  }
  return html`<article aria-labelledby="title">
    <a class="back" href=${href('')}>← ${tab}</a>
    <div class="title">
      <h2 id="title" tabindex="-1"><span class="number">${part.part_number}</span> ${part.name}</h2>
      ${isRead() && whyNot('edit') === undefined ? html`<a class="button" href=${href(part.id, tab, 'edit')}>Edit</a>` : nothing}
    </div>
    <p>${badge(part.status)} ${part.retired_at ? html`<b>Retired</b>` : nothing}
      <span class="dim">Version ${part.version}, ${when(part.updated_at)}</span></p>
    <p class="text">${part.description || html`<i class="dim">No description.</i>`}</p>
    ${approvalView()}
    ${mayDo('Draft') ? decisionView(part) : html`<p class="box">Your role is ${state.session.role}: you can read, not decide.</p>`}
    ${isRead() ? html`<h3>History</h3>${historyView(part)}` : html`<p class="dim">Loading…</p>`}
  </article>`;
}

/** What an approval was of, and what it is no longer of. */
function approvalView() {
  const found = findApproval(state.history);
  if (!found) return nothing;
  const { approval, changes } = found;
  const isSame = Object.keys(changes).length === 0;
  return html`<div class="box"><p>Approved at version ${approval.version}${by(approval.actor)}, ${when(approval.changed_at)}.
    ${isSame ? 'Its content has not changed since.' : 'Changed since:'}</p>${diff(changes)}</div>`;
}

/** One text, then what becomes of the part. @param {import('./api.js').Part} part */
function decisionView(part) {
  const { description, texts, isBusy } = state;
  const statuses = description?.statuses ?? [];
  const others = [...new Set([...Object.keys(VERBS), ...statuses])].filter(
    (status) => statuses.includes(status) && status !== part.status,
  );
  const isOffered = (/** @type {string} */ action) => whyNot(action) === undefined;
  const button = (/** @type {string} */ status, text = verbOf(status)) =>
    isOffered(status)
      ? html`<button class=${text === VERBS['Approved'] ? 'main' : ''} value=${status} ?disabled=${isBusy}>${text}</button>`
      : nothing;
  const refused = Map.groupBy(
    part.retired_at ? [] : others.filter((status) => !isOffered(status)),
    whyNot,
  );
  const limit = description?.maxLength('patch', '/v1/parts/{id}/status', 'reason');
  return html`<form class="box decide" @submit=${submit}>
    <label for="reason">Reason or comment</label>
    <textarea id="reason" rows="3" maxlength=${limit} .value=${texts.get(part.id) ?? ''} @input=${(
      /** @type {Event} */ event,
    ) => {
      texts.set(part.id, typedIn(event));
      draw();
    }}></textarea>
    ${
      isRead()
        ? html`<div class="actions">
      ${others.map((status) => button(status))}
      ${button(part.status, 'Comment')}
      <span class="gap"></span>
      ${isOffered(part.retired_at ? 'restore' : 'retire') ? html`<button type="button" ?disabled=${isBusy} @click=${() => retire(!part.retired_at)}>${part.retired_at ? 'Bring back' : 'Retire'}</button>` : nothing}
    </div>`
        : nothing
    }
    ${part.retired_at ? html`<p class="dim">Retired ${when(part.retired_at)}: it changes only when it is brought back.</p>` : nothing}
    ${[...(isRead() ? refused : [])].map(([why, statuses]) => html`<p class="dim">${statuses.map(verbOf).join(', ')}: ${why}.</p>`)}
  </form>`;
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  void decide(/** @type {HTMLButtonElement} */ (event.submitter).value);
}

/** @param {import('./api.js').Part} part */
function historyView({ created_at }) {
  const { history } = state;
  const oldest = history.at(-1);
  return html`<ol class="history">${history.map(
    (
      entry,
    ) => html`<li>${outcomeView(entry)} <span class="dim">Version ${entry.version}${by(entry.actor)}, ${when(entry.changed_at)}</span>
      ${entry.reason ? html`<p class="text">${entry.reason}</p>` : nothing}${diff(entry.changes)}</li>`,
  )}
    ${(oldest?.version ?? 2) > 2 ? html`<li class="dim">Older entries are not shown.</li>` : nothing}
    ${(oldest?.version ?? 2) === 2 ? html`<li><b>First version</b> <span class="dim">Version 1, ${when(created_at)}</span></li>` : nothing}
  </ol>`;
}

/** @param {import('./api.js').AuditEntry} entry */
function outcomeView({ kind, old_status, new_status }) {
  const isSame = old_status === new_status;
  const statuses = html`${old_status ? html`${badge(old_status)} → ` : nothing}${badge(new_status)}`;
  if (kind === 'status_changed') return isSame ? html`<b>Comment</b>` : statuses;
  return html`<b>${KINDS[kind] ?? kind}</b> ${isSame ? nothing : statuses}`;
}
