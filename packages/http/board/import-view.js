import { messageOf, Problem } from './api.js';
import { refresh } from './data.js';
import { html, nothing } from './lit-html.js';
import { includesRole } from './rules.js';
import { diff, typedIn } from './shared.js';
import { draw, fail, readRoute, state } from './store.js';

/** Rows that are shown; a report can have thousands. */
const SHOWN = 200;

/** @typedef {{ line: number, part_number: string, result: string, changes?: Record<string, [string | null, string | null]> | null }} Row */
/** @typedef {{ dry_run: boolean, created: number, updated: number, unchanged: number, approvals_ended: number, rows: Row[] }} Report */

const form = {
  /** @type {File | undefined} */ file: undefined,
  existing: 'fail',
  charset: '',
  /** @type {Report | undefined} */ report: undefined,
  /** @type {import('./api.js').RowError[]} */ errors: [],
};

/** Spreadsheets in and out. */
export function importView() {
  const { session, description, isBusy } = state;
  const mayImport = includesRole(session.role, 'editor') && description?.has('post', '/v1/imports');
  return html`<article aria-labelledby="title">
    <a class="back always" href="#/">← Back</a>
    <h2 id="title" tabindex="-1">Spreadsheets</h2>
    <h3>Export</h3>
    <div class="actions"><button @click=${() => download('v1/parts', 'parts.csv')}>Parts as CSV</button>
      <button @click=${() => download('v1/audit', 'audit.csv')}>Audit as CSV</button></div>
    <h3>Import</h3>
    ${mayImport ? formView(isBusy) : html`<p class="box">The role editor is needed; yours is ${session.role}.</p>`}
    ${form.errors.length > 0 ? errorsView() : nothing}${form.report ? reportView(form.report) : nothing}
  </article>`;
}

/** @param {boolean} isBusy */
function formView(isBusy) {
  return html`<p>A CSV file with the columns part_number, name, description and, if you like, reason. All rows are imported, or none.</p>
    <form class="fields" @submit=${check} @change=${choose}>
      <label for="file">File</label><input id="file" name="file" type="file" accept=".csv,text/csv" required>
      <label for="existing">Numbers that exist already</label>
      <select id="existing" name="existing"><option value="fail">are an error</option><option value="skip">are left as they are</option><option value="update">are updated, which ends their approval</option></select>
      <label for="charset">Encoding</label>
      <select id="charset" name="charset"><option value="">Unicode</option><option value="windows-1252">Windows, Western European</option></select>
      <div class="actions"><button class=${form.report ? '' : 'main'} ?disabled=${isBusy}>Check</button>
      ${form.report?.dry_run ? html`<button type="button" class="main" ?disabled=${isBusy} @click=${() => send(false)}>Import ${form.report.created + form.report.updated} parts</button>` : nothing}</div>
    </form>`;
}

/** Another file or choice needs another check. @param {Event} event */
function choose(event) {
  const { name, files } = /** @type {HTMLInputElement} */ (event.target);
  Object.assign(form, { [name]: files?.[0] ?? typedIn(event), report: undefined, errors: [] });
  draw();
}

/** @param {SubmitEvent} event */
function check(event) {
  event.preventDefault();
  void send(true);
}

/** @param {boolean} isDryRun */
async function send(isDryRun) {
  if (!state.api || !form.file) return;
  Object.assign(state, { isBusy: true, note: '' });
  Object.assign(form, { errors: [], report: undefined });
  draw();
  const charset = form.charset && `; charset=${form.charset}`;
  try {
    const response = await state.api.request(
      `v1/imports?existing=${form.existing}&dry_run=${isDryRun}`,
      { method: 'POST', headers: { 'Content-Type': `text/csv${charset}` }, body: form.file },
    );
    form.report = await response.json();
    state.status = isDryRun ? 'The file can be imported.' : 'The file is imported.';
    if (!isDryRun) await refresh();
  } catch (error) {
    if (error instanceof Problem) form.errors = error.body.errors ?? [];
    state.note = `${messageOf(error)} Nothing was imported.`;
    if (!(error instanceof Problem))
      state.note = `${messageOf(error)} Check the file again before you import it.`;
  } finally {
    state.isBusy = false;
    if (readRoute().view === 'import') draw();
  }
}

function errorsView() {
  return html`<table><caption>Errors</caption><thead><tr><th>Line</th><th>Column</th><th>Error</th></tr></thead>
    <tbody>${form.errors.slice(0, SHOWN).map(({ line, column, detail }) => html`<tr><td>${line}</td><td>${column ?? ''}</td><td>${detail}</td></tr>`)}</tbody></table>
    ${moreText(form.errors)}`;
}

/** @param {Report} report */
function reportView({ dry_run, created, updated, unchanged, approvals_ended, rows }) {
  const summary = `${created} created, ${updated} updated, ${unchanged} unchanged, ${approvals_ended} approvals ended`;
  return html`<table><caption>${dry_run ? 'What an import would do' : 'Imported'}: ${summary}</caption>
    <thead><tr><th>Line</th><th>Number</th><th>Result</th><th>Changes</th></tr></thead>
    <tbody>${rows.slice(0, SHOWN).map((row) => html`<tr><td>${row.line}</td><td>${row.part_number}</td><td>${row.result}</td><td>${diff(row.changes ?? null)}</td></tr>`)}</tbody></table>
    ${moreText(rows)}`;
}

/** @param {unknown[]} rows */
const moreText = (rows) =>
  rows.length > SHOWN ? html`<p class="dim">And ${rows.length - SHOWN} more.</p>` : nothing;

/** A link can't carry the token: the file is fetched, then handed over. @param {string} path @param {string} name */
async function download(path, name) {
  try {
    const response = await state.api?.request(path, { headers: { Accept: 'text/csv' } });
    if (!response) return;
    const url = URL.createObjectURL(await response.blob());
    Object.assign(document.createElement('a'), { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    fail(error);
  }
}
