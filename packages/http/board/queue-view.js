import { showMore } from './data.js';
import { html, nothing } from './lit-html.js';
import { badge, emptyView } from './shared.js';
import { href, mayDo, readRoute, state, TAB } from './store.js';

/** In Review first: that is what waits for somebody. */
export function tabsView() {
  const { tab, view } = readRoute();
  const { counts, session, query } = state;
  const hasMine = session?.approval !== 'open' && mayDo('Approved');
  const others = Object.keys(counts).filter((status) => status !== TAB.review);
  const tabs = [TAB.review, ...(hasMine ? [TAB.mine] : []), ...others, TAB.all, TAB.retired];
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const countView = (/** @type {number | undefined} */ count) =>
    count === undefined ? nothing : html`<span class="count">${count}</span>`;
  return html`<nav aria-label="Parts by status">${tabs.map((each) => {
    const isOpen = view === 'parts' && each === tab && query === '';
    return html`<a href=${href('', each)} aria-current=${isOpen ? 'page' : nothing}>${each}
      ${countView(each === TAB.all ? all || undefined : counts[each])}</a>`;
  })}</nav>`;
}

/** The list of the tab, or what a search has found in all of them. */
export function queueView() {
  const { id, tab } = readRoute();
  const { list, query, listProblem, hasMore } = state;
  const isSearch = query.trim() !== '';
  return html`<section class="queue" aria-labelledby="queue-title">
    <h2 id="queue-title" class="hidden">${isSearch ? `Found for “${query.trim()}”` : tab}</h2>
    <ul>${list?.map(
      (part) => html`<li><a href=${href(part.id)} aria-current=${part.id === id ? 'true' : nothing}>
        <span class="number">${part.part_number}</span>${part.retired_at ? html`<span class="status">Retired</span>` : badge(part.status)}
        <span class="name">${part.name}</span><span class="dim">v${part.version}</span></a></li>`,
    )}</ul>
    ${list?.length ? nothing : emptyView(list ? listProblem || emptyText(tab, isSearch) : 'Loading…')}
    ${hasMore ? emptyView(html`<button @click=${showMore}>Show more</button>`) : nothing}
  </section>`;
}

/** @param {string} tab @param {boolean} isSearch */
function emptyText(tab, isSearch) {
  if (isSearch) return 'No part in use has all of these words.';
  if (tab === TAB.mine || tab === TAB.review) return 'Nothing waits for a decision.';
  return 'There are no parts here.';
}
