import { showMore } from './data.js';
import { html, nothing } from './lit-html.js';
import { badge } from './shared.js';
import { ALL, href, IN_REVIEW, MINE, mayDo, RETIRED, readRoute, state } from './store.js';

/** In Review first: that is what waits for somebody. */
export function tabsView() {
  const { tab, view } = readRoute();
  const { counts, session, description } = state;
  const hasMine = session.approval !== 'open' && mayDo('Approved');
  const others = description?.statuses.filter((status) => status !== IN_REVIEW) ?? [];
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const count = (/** @type {string} */ each) => (each === ALL ? all || undefined : counts[each]);
  const isCurrent = (/** @type {string} */ each) =>
    view === 'parts' && each === tab && state.query === '';
  const before = hasMine ? [IN_REVIEW, MINE] : [IN_REVIEW];
  const tabs = [...before, ...others, ALL, RETIRED];
  return html`<nav aria-label="Parts by status">${tabs.map(
    (tab) => html`<a href=${href('', tab)} aria-current=${isCurrent(tab) ? 'page' : nothing}>${tab}
      ${count(tab) === undefined ? nothing : html`<span class="count">${count(tab)}</span>`}</a>`,
  )}</nav>`;
}

/** The list of the tab, or what a search has found in all of them. */
export function queueView() {
  const { id, tab } = readRoute();
  const { list, query, listProblem } = state;
  const isSearch = query.trim() !== '';
  return html`<section class="queue" aria-labelledby="queue-title">
    <h2 id="queue-title" class="hidden" tabindex="-1">${isSearch ? `Found for “${query.trim()}”` : tab}</h2>
    ${listProblem ? html`<p class="empty">${listProblem}</p>` : nothing}
    <ul>${list?.map(
      (part) => html`<li><a href=${href(part.id)} aria-current=${part.id === id ? 'true' : nothing}>
        <span class="number">${part.part_number}</span>${part.retired_at ? html`<span class="status">Retired</span>` : badge(part.status)}
        <span class="name">${part.name}</span><span class="dim">v${part.version}</span></a></li>`,
    )}</ul>
    ${list === undefined ? html`<p class="empty">Loading…</p>` : nothing}
    ${list?.length === 0 && !listProblem ? html`<p class="empty">${emptyText(tab, isSearch)}</p>` : nothing}
    ${state.hasMore ? html`<p class="empty"><button @click=${showMore}>Show more</button></p>` : nothing}
  </section>`;
}

/** @param {string} tab @param {boolean} isSearch */
function emptyText(tab, isSearch) {
  if (isSearch) return 'No part in use has all of these words.';
  if (tab === MINE || tab === IN_REVIEW) return 'Nothing waits for a decision.';
  return 'There are no parts here.';
}
