import { html, nothing } from './lit-html.js';

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** @type {Record<string, string>} */
const LABELS = { part_number: 'Number', name: 'Name', description: 'Description' };

/** @param {string} field */
export const labelOf = (field) => LABELS[field] ?? field;

/** What stands beside the queue. @param {string} back where its first link leads @param {unknown} title @param {unknown} content */
export const articleView = (back, title, content) =>
  html`<article aria-labelledby="title"><a class="back" href=${back}>← Back</a>
    <h2 id="title" tabindex="-1">${title}</h2>${content}</article>`;

/** What there is instead of something. @param {unknown} text */
export const emptyView = (text) => html`<p class="empty">${text}</p>`;

/** A word and, by the style, a symbol: never a colour alone. @param {string} status */
export const badge = (status) => html`<span class="status" data-status=${status}>${status}</span>`;

/** @param {string} time */
export const when = (time) =>
  html`<time datetime=${time} title=${time}>${TIME.format(new Date(time))}</time>`;

/** @param {string | null} actor null where tokens have no names */
export const by = (actor) => (actor === null ? nothing : html` by <b>${actor}</b>`);

/** Each changed field, old → new. @param {Changes} changes */
export function diff(changes) {
  const fields = Object.entries(changes ?? {}).filter(([field]) => field in LABELS);
  if (fields.length === 0) return nothing;
  return html`<dl class="diff">${fields.map(
    ([field, [old, value]]) => html`<div><dt>${labelOf(field)}</dt>
      <dd>${old ? html`<del>${old}</del> <span aria-label="becomes">→</span> ` : nothing}${value ? html`<ins>${value}</ins>` : html`<i>empty</i>`}</dd></div>`,
  )}</dl>`;
}

/** Handles an event with what was typed. @param {(text: string) => void} use */
export const onText =
  (use) =>
  (/** @type {Event} */ { target }) =>
    use(/** @type {HTMLInputElement} */ (target).value);
